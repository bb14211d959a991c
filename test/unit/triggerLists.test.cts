/** Lists as people really have them: what counts as IDs, and what must not pass for an empty list. */
import { n8nAddress } from '../../nodes/SmmPanel/shared/dataTables';
import { listInJson, listInText } from '../../nodes/SmmPanel/trigger/watchList/parse';

const ids = (list: ReturnType<typeof listInText>) => list && [...list.rows.keys()];

test.each([
	['23501', ['23501']],
	['23501, 23502;23503\n23504\t#23505', ['23501', '23502', '23503', '23504', '23505']],
	['order_id\n23501\n23502\n', ['23501', '23502']],
	['"23501"\r\n"ord_01HG9X"', ['23501', 'ord_01HG9X']],
	['23501 23501', ['23501']],
	['12345678901234567890', ['12345678901234567890']],
])('%j is a list', (text, expected) => {
	expect(ids(listInText(text))).toEqual(expected);
});

test.each([
	'',
	'  \n',
	'Not found',
	'Error: database is down',
	'<html>502</html>',
	'https://example.com/23501',
	'no orders',
])('%j is no list, not even an empty one', (text) => {
	expect(listInText(text)).toBeUndefined();
});

test.each<[unknown, string[]]>([
	[
		[23501, '23502'],
		['23501', '23502'],
	],
	[
		[{ order: 23501 }, { order: '23502' }],
		['23501', '23502'],
	],
	[{ data: [{ order: 23501 }] }, ['23501']],
	[{ ok: true, page: { total: 1, orders: [{ order: 23501 }] } }, ['23501']],
	[{ order: 23501 }, ['23501']],
	[[{ order: 23501 }, { order: null }, { order: '' }, {}], ['23501']],
	[[], []],
	[{ orders: [] }, []],
])('%j is a list', (json, expected) => {
	expect(ids(listInJson(json, 'order'))).toEqual(expected);
});

test.each([[{ error: 'Unauthorized' }], [[{ id: 1 }, { id: 2 }]], [null], [42]])('%j is no list', (json) => {
	expect(listInJson(json, 'order')).toBeUndefined();
});

test('the ID can lie deeper in an entry, and the entry comes along', () => {
	const entry = { details: { id: 23501 }, customer: 'a@example.com' };
	expect([...(listInJson([entry], 'details.id')?.rows ?? [])]).toEqual([['23501', entry]]);
});

test.each(['constructor', 'toString', '__proto__'])('%s is the name of a field like any other', (name) => {
	expect(listInJson([{ id: 1 }], name)).toBeUndefined();
	expect(ids(listInJson([JSON.parse(`{"${name}":"23501"}`)], name))).toEqual(['23501']);
	expect(ids(listInJson([name], 'order'))).toEqual([name]);
});

test('an entry that cannot be an ID does not spoil the others', () => {
	const list = listInJson([{ order: 'not yet known' }, { order: 23501 }], 'order');
	expect(ids(list)).toEqual(['23501']);
	expect([...(list?.unusable.keys() ?? [])]).toEqual(['not yet known']);
});

test.each([
	['http://localhost:5678', 'http://localhost:5678'],
	[' http://localhost:5678/ ', 'http://localhost:5678'],
	['https://n8n.example.com/api/v1', 'https://n8n.example.com'],
	['https://n8n.example.com/api/v1/', 'https://n8n.example.com'],
	['https://n8n.example.com/home/workflows', 'https://n8n.example.com'],
	['https://n8n.example.com/workflow/AbC?x=1', 'https://n8n.example.com'],
	['https://example.com/n8n/', 'https://example.com/n8n'],
	['https://example.com/n8n/api/v1', 'https://example.com/n8n'],
	['n8n.example.com', 'https://n8n.example.com'],
	['localhost:5678', 'http://localhost:5678'],
	['n8n:5678', 'http://n8n:5678'],
])('an n8n at "%s" is reached at %s', (typed, address) => {
	expect(n8nAddress(typed)).toBe(address);
});
