/** Sends orders and, where the words of an answer do not decide, looks at the account's balance for evidence. */
import type { PanelClient } from '../../../panel/client';
import { PanelError } from '../../../panel/errors';
import { changeOf, refusedByEvidence, withEffect } from '../../../panel/evidence';
import { addAmounts, isMore, parseAmount, subtractAmounts, type Amount } from '../../../panel/money';
import type { Clock } from '../../../panel/pace';
import { EVIDENCE } from '../../../panel/policies';
import type { PlannedOrder } from './plan';

interface EvidencePorts {
	client: Pick<PanelClient, 'add' | 'balance' | 'status' | 'hasRoom'>;
	clock: Clock;
	/** Names the account at its panel, for what this process remembers of it. */
	account: string;
	/** Whether orders are sent one at a time: another one's charge would hide this one's. */
	alone: boolean;
	/** The balance as the panel wrote it, if it was read just now. */
	balance: string | undefined;
	/** Where it is known already. */
	currency?: string | null;
}

/** A reading of the balance, and what happened since. */
interface Reading {
	balance: string;
	at: number;
	/** Answers to orders of the account in this process up to now, those of other executions among them. */
	answers: number;
	placed: string[];
	/** The most that the orders sent since can cost; undefined where one's price is unknown. */
	spent: Amount | undefined;
}

/** Of an account: orders answered in this process, and how often it was seen to be debited at once. */
interface Account {
	answers: number;
	looks: number;
	/** Of the looks, those that showed the charge; undefined: one did not, and none counts any more. */
	seen: number | undefined;
	/** As the balance told it last; null: it did not. */
	currency: string | null;
}

// Module state: executions side by side share the account
const accounts = new Map<string, Account>();

const debitsAtOnce = ({ seen = 0 }: Account): boolean => seen >= EVIDENCE.seen;

/** Whether it is still open how this account is debited, and worth a look. */
const isOpen = ({ seen, looks }: Account): boolean =>
	seen !== undefined && seen < EVIDENCE.seen && looks < EVIDENCE.looks;

/**
 * Sends a run's orders. An order with a known price whose answer is an error in words that nobody has collected was
 * refused if the balance has not moved, at an account that is debited at once. The first reading goes out at once, while
 * the book claims.
 */
export class BalanceEvidence {
	readonly #ports: EvidencePorts;
	readonly #account: Account;
	/** What is still being read when the run is over is given up. */
	readonly #isOver = new AbortController();
	#reading: Reading | undefined;
	readonly #first: Promise<unknown>;
	/** The only order since the reading: its charge shows whether the account is debited at once. */
	#last: { order: string; planned: PlannedOrder } | undefined;

	constructor(ports: EvidencePorts) {
		const { account, balance, client } = ports;
		this.#ports = ports;
		this.#account = accounts.get(account) ?? { answers: 0, looks: 0, seen: 0, currency: null };
		accounts.set(account, this.#account);
		if (balance !== undefined) this.#reading = this.#readingOf(balance);
		const isWanted = balance === undefined && client.hasRoom();
		this.#first = isWanted ? this.#read().then((reading) => (this.#reading = reading)) : Promise.resolve();
	}

	/** `add`; its errors say what the balance proves. */
	async add(
		fields: Record<string, string>,
		planned: PlannedOrder,
	): Promise<{ order: string; currency: string | null }> {
		await this.#beforeOrder();
		const { client, clock } = this.#ports;
		const seen = this.#reading;
		const isOwn = seen && seen.answers + seen.placed.length === this.#account.answers;
		const ageMs = isOwn ? clock.now() - seen.at : Infinity;
		try {
			const placed = await client.add(fields, { coversOrder: covers(seen, planned.highest) });
			this.#account.answers++;
			const now = this.#reading;
			this.#last = now?.placed.length === 0 ? { order: placed.order, planned } : undefined;
			now?.placed.push(placed.order);
			if (now) now.spent = addPrices(now.spent, planned.highest);
			return { ...placed, currency: this.#ports.currency ?? this.#account.currency };
		} catch (error) {
			this.#account.answers++;
			if (error instanceof PanelError)
				return await Promise.reject(await this.#judge(error, planned, seen, ageMs));
			this.#forget();
			return await Promise.reject(error as Error);
		}
	}

	/** The run is over; looks whether its last order was debited at once, where that is not known yet. */
	async finish(): Promise<void> {
		await this.#learn();
		this.#isOver.abort();
	}

	/** A reading that is fresh enough for the order that is about to leave, where it costs no time worth naming. */
	async #beforeOrder(): Promise<void> {
		await this.#first;
		await this.#learn();
		const { clock, client, alone } = this.#ports;
		const toLearnMs = isOpen(this.#account) ? EVIDENCE.atOnceMs / 2 : Infinity;
		const mostMs = debitsAtOnce(this.#account) ? EVIDENCE.refreshMs : toLearnMs;
		const age = this.#reading ? clock.now() - this.#reading.at : Number.MAX_VALUE;
		if (alone && age > mostMs && client.hasRoom()) this.#reading = await this.#read();
	}

	/**
	 * Whether the account is debited as soon as an order is placed. Only a look right after it tells: later, a balance that
	 * the panel keeps for some seconds looks the same.
	 */
	async #learn(): Promise<void> {
		const [last, before, account] = [this.#last, this.#reading, this.#account];
		this.#last = undefined;
		const { alone, client, clock } = this.#ports;
		if (!last || !before || !alone || !isOpen(account) || !client.hasRoom()) return;
		const until = before.at + EVIDENCE.atOnceMs;
		if (before.answers + 1 !== account.answers || clock.now() > until) return;
		account.looks++;
		const after = await this.#read();
		const [was, is] = [parseAmount(before.balance), parseAmount(after?.balance)];
		if (was === undefined || is === undefined || clock.now() > until) return;
		this.#reading = after;
		const fallen = subtractAmounts(was, is);
		const { planned, order } = last;
		const isExpected = planned.charge === fallen && !planned.isPriceUncertain;
		if (!isMore(fallen, '0')) account.seen = undefined;
		else if (isExpected || (await this.#chargesOf([order])) === fallen)
			account.seen = (account.seen ?? 0) + 1;
	}

	/** What the balance says of an error. `seen` was read so long before the order left. */
	async #judge(
		error: PanelError,
		planned: PlannedOrder,
		seen: Reading | undefined,
		ageMs: number,
	): Promise<PanelError> {
		const { family, clean } = error;
		if (error.effect === 'none') {
			// Nobody knows what it was before; that it covers the order now says enough
			const isSuppliers = family === 'funds' && !seen && covers(await this.#read(), planned.highest);
			// A refused order costs nothing, but was answered
			if (this.#reading) this.#reading.answers++;
			return isSuppliers ? withEffect(error, 'unknown') : error;
		}
		this.#forget();
		const { alone, clock, client } = this.#ports;
		if (clean && family === 'auth') {
			const asked = this.#inTime(async (signal) => await client.balance(signal));
			const refused = await asked.then(
				() => undefined,
				(reason: unknown) => reason,
			);
			// A read with the key is refused, too: these words are the panel's own
			if (refused instanceof PanelError && refused.family === 'auth') return withEffect(error, 'none');
		}
		if (!clean || !alone || !seen || !debitsAtOnce(this.#account)) return error;
		const chargedSince = await this.#chargesOf(seen.placed);
		const after = await this.#read();
		if (after) await clock.sleep(EVIDENCE.againMs);
		const later = after && (await this.#read());
		this.#reading = later;
		const isRefused = refusedByEvidence(error, {
			alone,
			before: seen.balance,
			ageMs,
			chargedSince,
			after: after?.balance,
			later: later?.balance,
			estimate: planned.isPriceUncertain ? null : planned.charge,
			debitsAtOnce: true,
		});
		if (!isRefused) {
			const changed = later && changeOf(seen.balance, chargedSince, later.balance);
			return changed ? withEffect(error, 'unknown', `${error.message}; ${changed}`) : error;
		}
		const what = `the balance was ${seen.balance} before and ${later?.balance ?? ''} after`;
		// A supplier's refusal is about this order: it does not end the run
		const isSuppliers = family === 'auth' || family === 'funds';
		return withEffect(error, 'none', `${error.message}; ${what}`, isSuppliers ? 'request' : family);
	}

	#forget(): void {
		this.#reading = undefined;
		this.#last = undefined;
	}

	#readingOf(balance: string): Reading {
		const at = this.#ports.clock.now();
		return { balance, at, answers: this.#account.answers, placed: [], spent: '0' };
	}

	/** The balance now; undefined where it cannot be read in time: without a reading there is no evidence, no more. */
	async #read(): Promise<Reading | undefined> {
		const asked = this.#inTime(async (signal) => await this.#ports.client.balance(signal));
		const answer = await asked.catch(() => undefined);
		if (answer === undefined) return undefined;
		this.#account.currency = answer.value.currency;
		return this.#readingOf(String(answer.raw.balance));
	}

	/** What these orders have cost; undefined where the panel does not say it of each. */
	async #chargesOf(orders: readonly string[]): Promise<Amount | undefined> {
		if (orders.length === 0) return '0';
		const statuses = await this.#inTime(async () => await this.#ports.client.status(orders));
		let charged: Amount | undefined = '0';
		for (const order of orders) {
			const outcome = statuses?.get(order);
			const charge = outcome?.ok ? outcome.value.charge : null;
			if (charge === null) return undefined;
			charged = addAmounts(charged, charge);
		}
		return charged;
	}

	/** Undefined where there is no answer in time; then, as at the end of the run, it is no longer asked for. */
	async #inTime<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
		const isDone = new AbortController();
		const signal = AbortSignal.any([isDone.signal, this.#isOver.signal]);
		const late = this.#ports.clock.sleep(EVIDENCE.withinMs, signal).then(() => undefined);
		return await Promise.race([ask(signal), late]).finally(() => isDone.abort());
	}
}

const addPrices = (spent: Amount | undefined, price: Amount | null): Amount | undefined =>
	spent === undefined || price === null ? undefined : addAmounts(spent, price);

const covers = (reading: Reading | undefined, price: Amount | null): boolean => {
	const balance = parseAmount(reading?.balance);
	const cost = addPrices(reading?.spent, price);
	return balance !== undefined && cost !== undefined && !isMore(cost, balance);
};
