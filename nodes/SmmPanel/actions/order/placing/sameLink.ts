/** What is done with an order for whose link another one of the same service is not finished. No lock: see `isAhead`. */
import type { Order } from '../../../book/claimTypes';
import { sameLinkForm, sameLinkPattern } from '../../../book/digest';
import type { BookRow, StoredRow } from '../../../book/rows';
import { hasKey, where, type Condition } from '../../../book/store';
import { inputProblem } from '../../../shared/problems';
import { isAlive } from './limits';
import type { SameLink } from './input';
import { mayBePaid, type Placement } from './outcome';
import type { PlannedOrder } from './plan';

/** To look for more links than this costs more, in a large book, than to read all orders that are not finished. */
const MOST_LINKS = 20;

/** The rows that could be for the links of these orders. */
export function sameLinkConditions(orders: readonly Order[]): Condition[] {
	const links = new Set(orders.map(({ row }) => row.link).filter((link) => link !== ''));
	if (links.size > MOST_LINKS) return [where('finished', true, 'neq')];
	return [...links].map((link) => where('link', sameLinkPattern(link), 'ilike'));
}

const linkKey = ({ account, service, link }: BookRow): string | undefined =>
	link === '' ? undefined : JSON.stringify([account, service, sameLinkForm(link)]);

/** Lets the orders of one run pass, or says why not. Where all are sent, there is none. */
export class SameLinkGate {
	/** What comes of the order of this run that has a link to itself, by link. */
	readonly #taken = new Map<string, Promise<Placement | undefined>>();
	#ahead = new Map<number, StoredRow>();
	readonly #mode: Exclude<SameLink, 'send'>;
	readonly #orders: readonly Order[];

	constructor(mode: Exclude<SameLink, 'send'>, orders: readonly Order[]) {
		this.#mode = mode;
		this.#orders = orders;
	}

	/** Takes note of what the book holds. `owners`: under which this run claims. */
	see(rows: readonly StoredRow[], owners: ReadonlySet<string>, now: number): void {
		const own = new Map(rows.filter(({ owner }) => owners.has(owner)).map((row) => [row.requestKey, row]));
		const others = new Map<string, StoredRow[]>();
		for (const row of rows) {
			const key = owners.has(row.owner) ? undefined : linkKey(row);
			if (key !== undefined) others.set(key, [...(others.get(key) ?? []), row]);
		}
		this.#ahead = new Map();
		for (const { ref, row } of this.#orders) {
			const keys = new Set([row.userKey, row.requestKey, row.itemKey]);
			const ownId = own.get(row.requestKey)?.id ?? Infinity;
			const found = others
				.get(linkKey(row) ?? '')
				?.find((other) => !isRival(other, keys) && isAhead(other, ownId, now));
			if (found) this.#ahead.set(ref, found);
		}
	}

	/**
	 * What came of the order: `send` gives it, undefined where nothing was sent. Of equal ones of this run the next is
	 * only let through when the first was certainly not placed.
	 */
	async pass(
		order: PlannedOrder,
		{ ref, row }: Order,
		send: () => Promise<Placement | undefined>,
	): Promise<Placement | undefined> {
		const key = linkKey(row);
		if (key === undefined) return await send();
		const ahead = this.#ahead.get(ref);
		if (ahead) return this.#held(order, ahead.order, whatIsAhead(ahead));
		for (let first = this.#taken.get(key); first !== undefined; first = this.#taken.get(key)) {
			const placement = await first;
			if (placement?.state === 'placed') {
				return this.#held(
					order,
					placement.order,
					`Order ${placement.order} of this run is for the same link`,
				);
			}
			if (placement?.state === 'unknown') {
				return this.#held(order, '', 'An order of this run for the same link has an unknown outcome');
			}
		}
		const sent = send().then((placement) => {
			if (placement === undefined || !mayBePaid(placement)) this.#taken.delete(key);
			return placement;
		});
		this.#taken.set(key, sent);
		return await sent;
	}

	#held(planned: PlannedOrder, order: string, reason: string): Placement {
		if (this.#mode === 'skip') return { ...planned, state: 'skipped', order: order || undefined, reason };
		const problem = inputProblem(
			`Not sent: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`,
			"Wait until the other one is finished, or set 'Same Link' to Skip or Send.",
		);
		return { ...planned, state: 'refused', problem };
	}
}

/** Who merely waits under the same key is cleared; a row that was sent does not stand for the order, or it came not so far. */
const isRival = (row: StoredRow, keys: ReadonlySet<string>): boolean =>
	row.state === 'waiting' && hasKey(row, keys);

/**
 * Of two at the same moment the one with the lower row ID goes first. On PostgreSQL, where IDs are given before a row
 * can be seen, two can in rare cases miss each other: this option saves from ordering the same by mistake, it does not
 * guard a key.
 */
function isAhead(row: StoredRow, ownId: number, now: number): boolean {
	if (row.state === 'placed') return !row.finished;
	if (row.state === 'unknown') return true;
	return isAlive(row, now) && row.id < ownId;
}

function whatIsAhead({ id, state, order, status, execution }: StoredRow): string {
	if (state === 'placed') {
		return `Order ${order} for the same link is not finished${status === '' ? '' : ` (${status})`}`;
	}
	if (state === 'unknown') return `An order for the same link has an unknown outcome (row ${id})`;
	return `Execution ${execution} is sending an order for the same link (row ${id})`;
}
