/** Lists as people really have them: what counts as IDs, and what must not pass for an empty list. */
import { n8nAddress } from '../../nodes/SmmPanel/shared/dataTables';
import { errorIn, listInJson } from '../../nodes/SmmPanel/trigger/watchList/json';
import { listInText } from '../../nodes/SmmPanel/trigger/watchList/parse';

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
	'0',
	'0,0',
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
	[{ errors: [], orders: [{ order: 23501 }] }, ['23501']],
	[{ errors: [], orders: [23501] }, ['23501']],
	[{ meta: { tags: [] }, data: [{ order: 23501 }] }, ['23501']],
	[{ meta: { tags: ['v2'] }, data: [23501] }, ['23501']],
	[{ meta: { tags: ['v2'] }, orders: [] }, []],
	[{ next: null, links: [{ rel: 'self' }], open: [{ order: 23501 }] }, ['23501']],
	[{ open: [23501, 23502] }, ['23501', '23502']],
	[{ order: { id: 23501, link: 'https://example.com' } }, ['23501']],
	[
		[{ order: { id: 23501 } }, { order: { order: 23502 } }],
		['23501', '23502'],
	],
	[{ order: 23501, orders: ['7', '8'] }, ['23501']],
	[[{ order: null, error: 'Not enough funds' }, { order: 23501 }], ['23501']],
	[{ error: '', orders: [23501] }, ['23501']],
	[[{ order: null }], []],
])('%j is a list', (json, expected) => {
	expect(ids(listInJson(json, 'order'))).toEqual(expected);
	expect(errorIn(json, 'order')).toBeUndefined();
});

test.each<[string, unknown[][], string, string[]]>([
	['the field', [['order', 'customer'], [23501, 'Ada'], ['23502']], 'order', ['23501', '23502']],
	[
		'Order ID',
		[
			['Customer', 'Order ID'],
			['Ada', 23501],
			['Bo', ''],
		],
		'order',
		['23501'],
	],
	['id', [['id'], ['23501']], 'order', ['23501']],
	[
		'another field',
		[
			['order', 'panelOrder'],
			[1, 23501],
		],
		'panelOrder',
		['23501'],
	],
	['no name, but one column', [['23501'], [], ['23502']], 'order', ['23501', '23502']],
	['a name and nothing else', [['order', 'customer']], 'order', []],
])('rows as sheets give them, under %s', (_what, rows, field, expected) => {
	expect(ids(listInJson({ range: 'A1:B9', majorDimension: 'ROWS', values: rows }, field))).toEqual(expected);
	expect(ids(listInJson(rows, field))).toEqual(expected);
});

test('a row under a header comes along by the names of its columns', () => {
	const list = listInJson([['Order ID', 'Customer'], [23501, 'Ada'], [23502]], 'order');
	expect([...(list?.rows.values() ?? [])]).toEqual([
		{ 'Order ID': 23501, Customer: 'Ada' },
		{ 'Order ID': 23502, Customer: null },
	]);
});

test.each([
	[{ error: 'Unauthorized' }],
	[[{ id: 1 }, { id: 2 }]],
	[null],
	[42],
	[0],
	[{}],
	[[null]],
	[[0]],
	[['']],
	[[[]]],
	[
		[
			['name', 'link'],
			['Ada', 'x'],
		],
	],
	[{ errors: [], orders: [{ id: 1 }] }],
	[{ tags: ['new'] }],
	[{ data: null }],
])('%j is no list', (json) => {
	expect(listInJson(json, 'order')).toBeUndefined();
});

test.each<[unknown, string]>([
	[{ error: 'Database is down' }, 'Database is down'],
	[{ orders: [], error: 'Database is down' }, 'Database is down'],
	[{ errors: [{ code: 7 }], orders: [23501] }, '[{"code":7}]'],
	[{ success: false, data: [] }, '{"success":false,"data":[]}'],
	[{ ok: false, message: 'Busy', data: [] }, 'Busy'],
	[{ status: 'error', message: 'Busy', orders: [] }, 'Busy'],
	[{ response: { success: false, message: 'Busy', orders: [] } }, 'Busy'],
	[[{ order: 23501 }, { error: 'cut off' }], 'cut off'],
])('%j tells of an error', (json, said) => {
	expect(errorIn(json, 'order')).toBe(said);
});

test.each([
	[{ order: 23501, status: 'Error', error: 'x' }],
	[{ success: true, error: null, data: [] }],
	[{ error: false, errors: {}, orders: [] }],
	[[{ order: 23501, success: false }]],
	[[{ id: 23501, status: 'Error' }]],
])('%j tells of none', (json) => {
	expect(errorIn(json, 'order')).toBeUndefined();
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
