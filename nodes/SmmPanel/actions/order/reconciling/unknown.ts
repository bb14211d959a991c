/** The rows that nobody knows the end of. */
import { NOT_PLACED } from '../../../book/listing';
import { done, type Result } from '../../../book/problems';
import type { BookRow, StoredRow } from '../../../book/rows';
import { isUnknown } from '../../../book/rivals';
import { allOf, where, type BookStore, type Condition } from '../../../book/store';

/** When its sending began, as far as the row tells. ISO text. */
export const sentAt = ({ placedAt, updatedAt }: StoredRow): string => placedAt ?? updatedAt;

export async function unknownRows(
	store: Pick<BookStore, 'find'>,
	account: string,
	now: number,
): Promise<Result<StoredRow[]>> {
	const found = await store.find([allOf(...NOT_PLACED, where('account', account))]);
	return found.ok ? done(found.value.filter((row) => isUnknown(row, now))) : found;
}

/** This row, as long as nobody else has decided what became of it. */
export function asItStands({ id, state, owner }: StoredRow): ReturnType<typeof allOf> {
	const conditions: [Condition, ...Condition[]] = [where('id', id), where('state', state)];
	if (owner !== '') conditions.push(where('owner', owner));
	return allOf(...conditions);
}

/** What turns an unknown row into that of an order. Its keys stay. */
export const placedAs = (
	row: StoredRow,
	order: string,
	note: string,
): Pick<BookRow, 'state' | 'order' | 'placedAt' | 'note'> => ({
	state: 'placed',
	order,
	placedAt: sentAt(row),
	note,
});
