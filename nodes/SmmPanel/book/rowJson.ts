/** A row of the order book as an item. */
import type { IDataObject } from 'n8n-workflow';
import type { StoredRow } from './rows';
import { isObject, parseJson } from '../panel/json';

/** By these the node recognises its orders; nobody else has a use for them. */
const INTERNAL = new Set(['userKey', 'requestKey', 'itemKey', 'run', 'round', 'owner', 'extra']);

/** The row's ID is called `row`: as `id` it would be taken for an order's. What is empty is null. */
export function rowJson({ id, fields, foreign, ...row }: StoredRow): IDataObject {
	const sent = parseJson(fields);
	const shown = Object.entries(row).filter(([name]) => !INTERNAL.has(name));
	return {
		row: id,
		...foreign,
		...Object.fromEntries(shown.map(([name, value]) => [name, value === '' ? null : value])),
		fields: isObject(sent) ? (sent as IDataObject) : null,
	};
}
