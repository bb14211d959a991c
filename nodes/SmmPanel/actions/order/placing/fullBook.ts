/** What is done with orders for which the order book has no room. */
import type { Answer, Order } from '../../../book/claimTypes';
import type { BookProblem } from '../../../book/problems';
import { answerOf, byKey, isOld, keyConditions } from '../../../book/rivals';
import type { StoredRow } from '../../../book/rows';
import { anyOfMany, type BookStore } from '../../../book/store';

export const NOT_IN_BOOK =
	"n8n's storage for data tables is full: the orders of this run that were sent last are not in the data table 'SMM Panel Orders'. Delete rows of finished orders or other data tables, or raise N8N_DATA_TABLES_MAX_SIZE_BYTES.";

const hadNoRoom = (answer: Answer | undefined): boolean =>
	answer?.kind === 'notSent' && answer.why === 'book' && isFull(answer.problem);
const isFull = ({ kind }: BookProblem): boolean => kind === 'full';

/**
 * The orders that may go out without a row, since nothing of them stands in the book; the answers of others, which were
 * ordered before, are put right. Nothing where the book cannot be read, or a paid order could not be written down.
 */
export async function withoutRoom(
	orders: readonly Order[],
	answers: Map<number, Answer>,
	store: BookStore,
	now: number,
): Promise<Order[]> {
	const open = orders.filter(({ ref }) => hadNoRoom(answers.get(ref)));
	const isBroken = [...answers.values()].some(({ kind }) => kind === 'unrecorded');
	if (open.length === 0 || isBroken) return [];
	const seen = await store.find(anyOfMany(open.flatMap(keyConditions)));
	if (!seen.ok) return [];
	const index = byKey(seen.value.filter((row) => row.state !== 'waiting' || !isOld(row, now)));
	return open.filter((order) => {
		const row = strongest(
			keyConditions(order).flatMap(({ column, value }) => index.get(`${column} ${value}`) ?? []),
		);
		if (row === undefined) return true;
		answers.set(order.ref, answerOf(order, row, now) ?? { kind: 'beingSent', of: row });
		return false;
	});
}

const strongest = (rows: StoredRow[]): StoredRow | undefined =>
	rows.find(({ state }) => state === 'placed') ?? rows.find(({ state }) => state === 'unknown') ?? rows[0];
