/** Sends orders and, where the words of an answer do not decide, looks at the account's balance for evidence. */
import type { PanelClient } from '../../../panel/client';
import { PanelError, type Effect } from '../../../panel/errors';
import { refusedByEvidence } from '../../../panel/evidence';
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

/** Of an account: orders answered in this process, and whether it was seen to be debited at once. */
interface Account {
	answers: number;
	looks: number;
	debitsAtOnce: boolean;
}

// Module state: executions side by side share the account
const accounts = new Map<string, Account>();

function accountOf(name: string): Account {
	const account = accounts.get(name) ?? { answers: 0, looks: 0, debitsAtOnce: false };
	accounts.set(name, account);
	return account;
}

/**
 * `add` with evidence: an order with a known price whose answer is an error in words that nobody has collected was
 * refused if the balance has not moved, at an account that is debited at once. The first reading goes out now, while the
 * book claims. `finish` looks whether the last order was debited at once, where that is not known yet.
 */
export function addWithEvidence(ports: EvidencePorts) {
	const account = accountOf(ports.account);
	const balance = new BalanceReader(ports, account);

	const add = async (fields: Record<string, string>, order: PlannedOrder): Promise<{ order: string }> => {
		await balance.beforeOrder();
		const seen = balance.reading;
		const sentAt = ports.clock.now();
		const coversOrder = covers(seen, order.highest);
		const answersBefore = account.answers;
		try {
			const placed = await ports.client.add(fields, undefined, { coversOrder });
			balance.placed(placed.order, order);
			return placed;
		} catch (error) {
			if (!(error instanceof PanelError)) {
				balance.forget();
				throw error;
			}
			const context = { order, seen, ageMs: seen ? sentAt - seen.at : Infinity };
			const isOwn = seen !== undefined && seen.answers + seen.placed.length === answersBefore;
			return await Promise.reject(await judgedAgain(error, isOwn ? context : { ...context, ageMs: Infinity }));
		} finally {
			account.answers++;
		}
	};

	/** What the balance says of an error. */
	async function judgedAgain(
		error: PanelError,
		{ order, seen, ageMs }: { order: PlannedOrder; seen: Reading | undefined; ageMs: number },
	): Promise<PanelError> {
		if (error.family === 'auth' && error.effect === 'unknown' && error.clean) {
			const isRefused = await balance.refusesKey();
			return isRefused ? withEffect(error, 'none') : error;
		}
		if (error.family === 'funds' && error.effect === 'none' && seen === undefined) {
			// Nobody knows what it was before; that it covers the order now says enough
			const after = await balance.read();
			return covers(after, order.highest) ? withEffect(error, 'unknown') : error;
		}
		if (error.effect === 'none') {
			balance.refused();
			return error;
		}
		const { alone, clock } = ports;
		const mayDecide = error.clean && alone && seen !== undefined && account.debitsAtOnce;
		balance.forget();
		if (!mayDecide) return error;
		const chargedSince = await balance.chargesOf(seen.placed);
		const after = await balance.read();
		if (after !== undefined) await clock.sleep(EVIDENCE.againMs);
		const later = after && (await balance.read());
		const isRefused = refusedByEvidence(error, {
			alone,
			before: seen.balance,
			ageMs,
			chargedSince,
			after: after?.balance,
			later: later?.balance,
			estimate: order.isPriceUncertain ? null : order.charge,
			debitsAtOnce: account.debitsAtOnce,
		});
		if (later) balance.restart(later);
		if (isRefused) {
			const what = `the balance was ${seen.balance} before and ${later?.balance ?? ''} after`;
			return withEffect(error, 'none', `${error.message}; ${what}`);
		}
		const changed = later && changeOf(seen, chargedSince, later);
		return changed ? withEffect(error, 'unknown', `${error.message}; ${changed}`) : error;
	}

	return Object.assign(add, { finish: async () => await balance.learn() });
}

const covers = (reading: Reading | undefined, price: Amount | null): boolean => {
	const balance = parseAmount(reading?.balance);
	if (balance === undefined || price === null || reading?.spent === undefined) return false;
	return !isMore(addAmounts(price, reading.spent), balance);
};

function changeOf(before: Reading, chargedSince: Amount | undefined, after: Reading): string | undefined {
	const [was, is] = [parseAmount(before.balance), parseAmount(after.balance)];
	if (was === undefined || is === undefined || chargedSince === undefined) return undefined;
	const by = subtractAmounts(subtractAmounts(was, chargedSince), is);
	if (by === '0') return undefined;
	return isMore(by, '0') ? `the balance fell by ${by}` : `the balance rose by ${by.slice(1)}`;
}

const withEffect = (error: PanelError, effect: Effect, message = error.message) =>
	new PanelError(message, {
		family: error.family,
		effect,
		panelText: error.panelText,
		httpStatus: error.httpStatus,
		action: error.action,
		...(error.hasOwnRemedy && effect === 'unknown' && { remedy: error.remedy }),
	});

class BalanceReader {
	reading: Reading | undefined;
	#first: Promise<unknown>;
	/** The only order since the reading: whether it was debited at once shows. */
	#last: { order: string; planned: PlannedOrder } | undefined;
	readonly #ports: EvidencePorts;
	readonly #account: Account;

	constructor(ports: EvidencePorts, account: Account) {
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
				({ raw }) => this.#readingOf(String(raw.balance)),
				// No evidence then
				() => undefined,
			),
		);
	}

	async #inTime<T>(asked: Promise<T>): Promise<T | undefined> {
		const late = this.#ports.clock.sleep(EVIDENCE.withinMs).then(() => undefined);
		return await Promise.race([asked, late]);
	}

	async #readAnew(): Promise<void> {
		this.reading = await this.read();
	}

	/** A reading that is fresh enough for the order that is about to leave, where it costs no time worth naming. */
	async beforeOrder(): Promise<void> {
		await this.#first;
		await this.learn();
		const { clock, client, alone } = this.#ports;
		const isOld = this.reading === undefined || clock.now() - this.reading.at > EVIDENCE.refreshMs;
		if (alone && isOld && this.#account.debitsAtOnce && client.hasRoom()) await this.#readAnew();
	}

	placed(order: string, planned: PlannedOrder): void {
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

	/** Whether the key is refused now for a read, too: then its words are the panel's, no supplier's. */
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

	/** Whether the account is debited as soon as an order is placed, seen once in a process. */
	async learn(): Promise<void> {
		const [last, before] = [this.#last, this.reading];
		this.#last = undefined;
		const account = this.#account;
		const { alone, client } = this.#ports;
		if (!last || !before || account.debitsAtOnce || !alone || account.looks >= EVIDENCE.looks) return;
		if (before.answers + 1 !== account.answers || !client.hasRoom()) return;
		account.looks++;
		const after = await this.read();
		const [was, is] = [parseAmount(before.balance), parseAmount(after?.balance)];
		if (was === undefined || is === undefined) return;
		const fallen = subtractAmounts(was, is);
		const { planned, order } = last;
		const isExpected = planned.charge === fallen && !planned.isPriceUncertain;
		account.debitsAtOnce =
			isMore(fallen, '0') && (isExpected || (await this.chargesOf([order])) === fallen);
		this.reading = after;
	}
}
