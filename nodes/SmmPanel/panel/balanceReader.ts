/** The balance of an account as a run reads it, what this process remembers of the account, and what both prove. */
import type { PanelClient } from './client';
import { PanelError } from './errors';
import { addAmounts, isMore, multiplyAmount, parseAmount, subtractAmounts, type Amount } from './money';
import type { Clock } from './pace';
import { EVIDENCE } from './policies';

/** What is known of an order's price, see `PlannedOrder`. */
interface Priced {
	charge: Amount | null;
	highest: Amount | null;
	isPriceUncertain: boolean;
}

export interface BalancePorts {
	client: Pick<PanelClient, 'balance' | 'status' | 'hasRoom'>;
	clock: Clock;
	/** Whether orders are sent one at a time: another one's charge would hide this one's. */
	alone: boolean;
	/** The balance as the panel wrote it, if it was read just now. */
	balance: string | undefined;
}

/** A reading of the balance, and what happened since. */
export interface Reading {
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

export function accountOf(name: string): Account {
	const account = accounts.get(name) ?? { answers: 0, looks: 0, seen: 0, currency: null };
	accounts.set(name, account);
	return account;
}

export const debitsAtOnce = ({ seen = 0 }: Account): boolean => seen >= EVIDENCE.seen;

/** Whether it is still open how this account is debited, and worth a look. */
const isOpen = ({ seen, looks }: Account): boolean =>
	seen !== undefined && seen < EVIDENCE.seen && looks < EVIDENCE.looks;

export class BalanceReader {
	reading: Reading | undefined;
	#first: Promise<unknown>;
	/** The only order since the reading: its charge shows whether the account is debited at once. */
	#last: { order: string; planned: Priced } | undefined;
	readonly #ports: BalancePorts;
	readonly #account: Account;

	constructor(ports: BalancePorts, account: Account) {
		this.#ports = ports;
		this.#account = account;
		const { balance, client } = ports;
		if (balance !== undefined) this.reading = this.#readingOf(balance);
		this.#first = balance === undefined && client.hasRoom() ? this.#readAnew() : Promise.resolve();
	}

	#readingOf(balance: string): Reading {
		const { clock } = this.#ports;
		return { balance, at: clock.now(), answers: this.#account.answers, placed: [], spent: '0' };
	}

	/** The balance now; undefined where it cannot be read in time. */
	async read(): Promise<Reading | undefined> {
		return await this.#inTime(
			this.#ports.client.balance().then(
				({ raw, value }) => {
					this.#account.currency = value.currency;
					return this.#readingOf(String(raw.balance));
				},
				// Without a reading there is no evidence, and nothing else is lost
				() => undefined,
			),
		);
	}

	async #inTime<T>(asked: Promise<T>): Promise<T | undefined> {
		const isOver = new AbortController();
		const late = this.#ports.clock.sleep(EVIDENCE.withinMs, isOver.signal).then(() => undefined);
		return await Promise.race([asked, late]).finally(() => isOver.abort());
	}

	async #readAnew(): Promise<void> {
		this.reading = await this.read();
	}

	/** A reading that is fresh enough for the order that is about to leave, where it costs no time worth naming. */
	async beforeOrder(): Promise<void> {
		await this.#first;
		await this.learn();
		const { clock, client, alone } = this.#ports;
		const account = this.#account;
		const mostMs = debitsAtOnce(account)
			? EVIDENCE.refreshMs
			: isOpen(account)
				? EVIDENCE.atOnceMs / 2
				: Infinity;
		const age = this.reading ? clock.now() - this.reading.at : Number.MAX_VALUE;
		if (alone && age > mostMs && client.hasRoom()) await this.#readAnew();
	}

	placed(order: string, planned: Priced): void {
		this.#spend(planned.highest);
		const { reading } = this;
		this.#last = reading && reading.placed.length === 0 ? { order, planned } : undefined;
		reading?.placed.push(order);
	}

	#spend(price: Amount | null): void {
		const { reading } = this;
		if (!reading) return;
		const { spent } = reading;
		reading.spent = spent === undefined || price === null ? undefined : addAmounts(spent, price);
	}

	/** A refused order costs nothing, but was answered. */
	refused(): void {
		if (this.reading) this.reading.answers++;
	}

	forget(): void {
		this.reading = undefined;
		this.#last = undefined;
	}

	restart(reading: Reading): void {
		this.reading = { ...reading, answers: this.#account.answers + 1 };
	}

	/**
	 * Whether a read with the key is refused now, too: then the words about the key are the panel's, not its
	 * supplier's.
	 */
	async refusesKey(): Promise<boolean> {
		this.forget();
		const refused = this.#ports.client.balance().then(
			() => false,
			(error: unknown) => error instanceof PanelError && error.family === 'auth',
		);
		return (await this.#inTime(refused)) ?? false;
	}

	/** What these orders have cost; undefined where the panel does not say it of each. */
	async chargesOf(orders: readonly string[]): Promise<Amount | undefined> {
		if (orders.length === 0) return '0';
		const statuses = await this.#inTime(this.#ports.client.status(orders));
		let charged: Amount | undefined = '0';
		for (const order of orders) {
			const outcome = statuses?.get(order);
			const charge = outcome?.ok ? outcome.value.charge : null;
			if (charge === null) return undefined;
			charged = addAmounts(charged, charge);
		}
		return charged;
	}

	/**
	 * Whether the account is debited as soon as an order is placed. Only a look right after it tells: later, a balance that
	 * the panel keeps for some seconds looks the same.
	 */
	async learn(): Promise<void> {
		const [last, before] = [this.#last, this.reading];
		this.#last = undefined;
		const account = this.#account;
		const { alone, client, clock } = this.#ports;
		if (!last || !before || !alone || !isOpen(account) || !client.hasRoom()) return;
		const isAtOnce = () => clock.now() - before.at <= EVIDENCE.atOnceMs;
		if (before.answers + 1 !== account.answers || !isAtOnce()) return;
		account.looks++;
		const after = await this.read();
		const [was, is] = [parseAmount(before.balance), parseAmount(after?.balance)];
		if (was === undefined || is === undefined || !isAtOnce()) return;
		this.reading = after;
		const fallen = subtractAmounts(was, is);
		const { planned, order } = last;
		const isExpected = planned.charge === fallen && !planned.isPriceUncertain;
		if (!isMore(fallen, '0')) account.seen = undefined;
		else if (isExpected || (await this.chargesOf([order])) === fallen) account.seen = (account.seen ?? 0) + 1;
	}
}

/** What was seen around an order's answer. Amounts in the account's currency. */
export interface Evidence {
	/** Whether orders are sent one at a time: another one's charge would hide this one's. */
	alone: boolean;
	/** The balance as the panel wrote it, read before this order left, and how long before. */
	before: string | undefined;
	ageMs: number;
	/** What orders placed since that reading really cost; undefined where one of these charges is missing. */
	chargedSince: Amount | undefined;
	/** The balance as the panel wrote it, read at once after the answer, and again a little later. */
	after: string | undefined;
	later: string | undefined;
	/** What this order would cost at the least; null where nobody knows. */
	estimate: Amount | null;
	/** Whether this account was seen to be debited as soon as an order is placed. */
	debitsAtOnce: boolean;
}

/** The last decimal that a balance shows: `0.01` for `12.50`, `1` for `12`. Undefined for what is no plain amount. */
export function lastDecimalOf(balance: string): Amount | undefined {
	const text = balance.trim().replace(/,(?=\d{3}(\D|$))/g, '');
	const [, decimals] = /^-?\d+(?:[.,](\d+))?$/.exec(text) ?? [undefined, undefined];
	if (!/^-?\d+(?:[.,]\d+)?$/.test(text)) return undefined;
	return decimals === undefined ? '1' : `0.${'0'.repeat(decimals.length - 1)}1`;
}

/**
 * Whether an order was certainly not placed, of which the panel's words alone do not say so. `error` is what `add` threw:
 * only a `clean` one can be decided this way. The balance has to be what it was before, less what other orders have cost
 * since, with a charge that it would have shown.
 */
export function refusedByEvidence(error: Pick<PanelError, 'clean'>, evidence: Evidence): boolean {
	const { alone, before, ageMs, chargedSince, after, later, estimate, debitsAtOnce } = evidence;
	if (!error.clean || !alone || !debitsAtOnce || ageMs > EVIDENCE.freshMs) return false;
	if (before === undefined || after === undefined || estimate === null || chargedSince === undefined)
		return false;
	const step = lastDecimalOf(after);
	const was = parseAmount(before);
	if (step === undefined || step !== lastDecimalOf(before) || was === undefined) return false;
	const expected = subtractAmounts(was, chargedSince);
	if (parseAmount(after) !== expected || parseAmount(later) !== expected) return false;
	return !isMore(step, multiplyAmount(estimate, EVIDENCE.cheapest));
}
