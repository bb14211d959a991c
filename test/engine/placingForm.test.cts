/** The order form: what it shows for each type of service, and what of it arrives at the panel. */
import type { IDataObject } from 'n8n-workflow';
import { LIST_FIELDS, ORDER_TYPES } from '../../nodes/SmmPanel/panel/orderTypes';
import { runNode } from './engine.cts';
import { pick } from './entered.cts';
import { fullName, nodeTypeNamed } from './nodeTypes.cts';
import { adds, bookOf, formFor, link, panel, panelOfAllTypes, place, serviceOf } from './placing.cts';

panelOfAllTypes();
beforeAll(() => {
	panel.addService({ name: 'A type of its own', type: 'fb_viplike', min: 1, max: 100 });
	panel.addService({ name: 'No drip-feed', type: 'Default', dripfeed: false, min: 50, max: 100 });
});

const isList = (field: string) => LIST_FIELDS.some(({ name }) => name === field);
const withoutLists = (fields: readonly string[]) => fields.filter((field) => !isList(field));

describe.each(ORDER_TYPES.map((type) => [type.name, type] as const))('a service of type %s', (name, type) => {
	const fields = [...type.required, ...type.optional];
	const service = () => serviceOf(panel, name);

	test('shows its fields, required ones marked, and no others; lists are only named: they have text areas', async () => {
		const form = (await formFor(panel, String(service().id))).fields;
		expect(form.map(({ id }) => id)).toEqual(fields);
		expect(form.filter(({ required }) => required).map(({ id }) => id)).toEqual(withoutLists(type.required));
		expect(form.filter(({ readOnly }) => readOnly).map(({ id }) => id)).toEqual(fields.filter(isList));
	});

	test('receives what was mapped by hand and nothing else', async () => {
		const { items, error } = await place(panel, { service: service().id, fields: pick(fields, 0) as never });
		expect(error).toBeUndefined();
		const expected = { service: String(service().id), ...pick(fields, 1) };
		expect(adds(panel).map((add) => add.fields)).toEqual([{ ...expected, key: panel.key, action: 'add' }]);
		expect(items).toMatchObject([
			{ json: { ...expected, order: panel.orders().at(-1)?.id }, pairedItem: { item: 0 } },
		]);
	});

	test.each(type.required)('is not asked for without %s', async (missing) => {
		const rest = fields.filter((field) => field !== missing);
		const { error } = await place(panel, { service: service().id, fields: pick(rest, 0) as never });
		expect(error?.message).toContain(`(${missing}) is missing`);
		expect(error?.message).toContain('[Item 0]');
		expect(adds(panel)).toEqual([]);
	});
});

test('the form names the limits, offers the codes by name, and asks for a date', async () => {
	const form = async (type: string) => (await formFor(panel, String(serviceOf(panel, type).id))).fields;
	expect(await form('Default')).toContainEqual(
		expect.objectContaining({ id: 'quantity', displayName: 'Quantity (1–5000)', type: 'string' }),
	);
	expect(await form('Subscriptions')).toContainEqual(
		expect.objectContaining({ id: 'expiry', type: 'dateTime' }),
	);
	expect(await form('Custom Comments')).toContainEqual(
		expect.objectContaining({ id: 'comments', displayName: 'Comments (1–5000 Lines): required in Lists' }),
	);
	const device = (await form('Web Traffic')).find(({ id }) => id === 'device');
	expect(device).toMatchObject({ type: 'options' });
	expect(device?.options).toContainEqual({ name: 'Mobile (iOS)', value: '3' });
});

test.each(['smmPanel', 'smmPanelTrigger'])(
	'whether a field of %s is shown takes no regex: n8n lets an execution fail in which one takes a quarter of a second',
	(name) => {
		expect(JSON.stringify(nodeTypeNamed(fullName(name)).description)).not.toContain('{"_cnd":{"regex"');
	},
);

test('with automatic mapping, the form names the columns', async () => {
	const own = await formFor(panel, String(serviceOf(panel, 'Poll').id));
	expect(own.emptyFieldsNotice).toBe(
		'Map Automatically takes columns with these names, in any case: Link *, Quantity (1–5000) *, Answer Number *. Those with * are needed.',
	);
	const all = await formFor(panel, '={{ $json.service }}');
	expect(all.emptyFieldsNotice).toMatch(/in any case: Link, Quantity, .*Interval \(Minutes\)\.$/);
});

test('drip-feed is shown and accepted only where the service allows it', async () => {
	const service = String(panel.services().find(({ dripfeed }) => !dripfeed)?.id);
	const form = await formFor(panel, service);
	expect(form.fields.map(({ id }) => id)).toEqual(['link', 'quantity']);
	const { error } = await place(panel, {
		service,
		fields: { link: link(1), quantity: 50, runs: 2, interval: 5 },
	});
	expect(error?.message).toContain('does not allow drip-feed');
	expect(adds(panel)).toEqual([]);
});

test('a service that the panel does not have says so', async () => {
	expect(await formFor(panel, '99999')).toMatchObject({
		emptyFieldsNotice: 'The panel has no service 99999.',
	});
	const { error } = await place(panel, { service: 99999, fields: { link: link(1), quantity: 50 } });
	expect(error?.message).toContain('The panel has no service 99999');
});

test('further fields of the panel are sent as they are, but not in place of the key', async () => {
	const { id } = serviceOf(panel, 'Default');
	const extraFields = (name: string, value: string) => ({ extraFields: { field: [{ name, value }] } });
	const fields = { link: link(1), quantity: 50 };
	await place(panel, { service: id, fields, options: extraFields('coupon', 'SUMMER') });
	expect(adds(panel)[0]?.fields).toMatchObject({ coupon: 'SUMMER', quantity: '50' });
	const refused = await place(panel, { service: id, fields, options: extraFields('key', 'another') });
	expect(refused.error?.message).toContain('Extra field "key"');
	expect(adds(panel)).toHaveLength(1);
});

test('lists are pasted into text areas; what the mapping says as well is an error', async () => {
	const { id } = serviceOf(panel, 'Custom Comments');
	const pasted = {
		service: id,
		fields: { link: link(1) },
		lists: { comments: 'Great, really\n\nNice\nWow ' },
	};
	await place(panel, pasted);
	expect(adds(panel)[0]?.fields.comments).toBe('Great, really\nNice\nWow');
	const none = await place(panel, { ...pasted, lists: {} });
	expect(none.error?.message).toContain(
		'Comments (comments) is missing: services of type "Custom Comments" need it. Enter it under \'Lists\', one entry a line, 1 to 5000 of them',
	);
	const items = [{ service: id, link: link(2), Comments: 'Nice' }];
	const both = await place(panel, { items, lists: pasted.lists });
	expect(both.error?.message).toContain(
		'Comments stand in \'Lists\' and in "Comments" of the mapping: keep one of them',
	);
	const column = await place(panel, { items });
	expect(column.error).toBeUndefined();
	expect(adds(panel)).toHaveLength(2);
});

test.each([
	['1,000', '1000'],
	['1 000', '1000'],
	["1'000", '1000'],
	['1.000,00', '1000'],
	['1000.0', '1000'],
	[1000, '1000'],
])('a quantity written %p is %s, in the form, a sheet and a mass order', async (quantity, sent) => {
	const { id } = serviceOf(panel, 'Default');
	await place(panel, { service: id, fields: { link: link(1), quantity } });
	await place(panel, { items: [{ service: id, link: link(2), quantity }] });
	const orders = `${id}\t${link(3)}\t${quantity}`;
	await runNode({
		credentials: { apiUrl: panel.url, apiKey: panel.key },
		parameters: { resource: 'order', operation: 'createMass', orders },
		...bookOf(panel),
	});
	expect(adds(panel).map(({ fields }) => fields.quantity)).toEqual([sent, sent, sent]);
});

const DEFAULT = { link: link(1), quantity: 50 };
const POSTS = { username: 'ada', min: 1, max: 2, delay: 0 };
const VISITS = { ...DEFAULT, country: 'TR' };
test.each<[string, IDataObject, string]>([
	['Default', { ...DEFAULT, quantity: '1.000' }, '"1.000" may mean 1000 or 1: write it without a point'],
	['Default', { ...DEFAULT, quantity: '1,5' }, '"1,5" is not a whole number'],
	['Default', { ...DEFAULT, link: 'x {{ $json.link }}' }, 'not told to evaluate'],
	['Default', { ...DEFAULT, link: `${link(1)} ${link(2)}` }, 'not one link'],
	['Default', { ...DEFAULT, link: '#N/A' }, 'neither a link'],
	['Default', { ...DEFAULT, runs: 2 }, 'Interval (Minutes) (interval) is missing'],
	['Subscriptions', { ...POSTS, expiry: '1/1/2020' }, '01/01/2020 is over'],
	['Subscriptions', { ...POSTS, expiry: '31/02/2030' }, 'not a date'],
	['Default', { ...DEFAULT, quantity: 9000 }, 'allows 1 to 5000'],
	['Default', { ...DEFAULT, runs: 101, interval: 1 }, 'makes 5050'],
	['Mentions Custom List', { link: link(1), usernames: [{ name: 'ada' }] }, 'list of texts'],
	['Web Traffic', { ...VISITS, type_of_traffic: 3, device: 9 }, 'none of 1 (Desktop)'],
	['Web Traffic', { ...VISITS, type_of_traffic: 1, device: 1 }, 'google_keyword) is missing'],
])('%s %j is refused before anything is sent: %s', async (type, fields, words) => {
	const { error } = await place(panel, { service: serviceOf(panel, type).id, fields });
	expect(error?.message).toContain(words);
	expect(adds(panel)).toEqual([]);
});

test.each([
	['of the date picker', '2030-06-05T00:00:00', '05/06/2030'],
	['day first', '5/6/2030', '05/06/2030'],
	['with dots', '5.6.2030', '05/06/2030'],
	['of an expression', "={{ DateTime.fromISO('2030-06-05', { zone: 'Europe/Istanbul' }) }}", '05/06/2030'],
	['of a plain JavaScript date', '={{ new Date(2030, 5, 5) }}', '05/06/2030'],
])('an expiry %s is sent as day, month and year', async (_what, expiry, sent) => {
	const service = serviceOf(panel, 'Subscriptions').id;
	const { error } = await place(panel, { service, fields: { ...POSTS, expiry } });
	expect(error).toBeUndefined();
	expect(adds(panel)[0]?.fields.expiry).toBe(sent);
});
