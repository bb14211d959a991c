/** Quote, then Create with what came out: the panel gets what was quoted, whatever the type and the mapping. */
import type { IDataObject } from 'n8n-workflow';
import { ORDER_TYPES } from '../../nodes/SmmPanel/panel/orderTypes';
import { startPanel } from '../panel/server.cts';
import { names, pick } from './entered.cts';
import { adds, panel, panelOfAllTypes, place, serviceOf, type Placing } from './placing.cts';

panelOfAllTypes();
beforeAll(() => void panel.addService({ name: 'A type of its own', type: 'fb_viplike', min: 1, max: 5000 }));

/** What the panel is sent when items are placed: quoted before, or at once. */
async function sent(items: IDataObject[], placing: Placing): Promise<unknown> {
	panel.clearRequests();
	expect((await place(panel, { ...placing, items })).error).toBeUndefined();
	return adds(panel).map(({ fields }) => fields);
}

async function quoted(placing: Placing): Promise<IDataObject[]> {
	panel.clearRequests();
	const { items, error } = await place(panel, { ...placing, operation: 'quote' });
	expect(error).toBeUndefined();
	expect(adds(panel)).toEqual([]);
	// As n8n hands them on
	return JSON.parse(JSON.stringify(items.map(({ json }) => json))) as IDataObject[];
}

describe.each([
	...ORDER_TYPES,
	{ name: 'fb_viplike', required: ['link', 'quantity'], optional: [] },
] as const)('of type $name', ({ name, required, optional }) => {
	const fields = () => pick([...required, ...optional], 0) as IDataObject;
	const service = () => String(serviceOf(panel, name).id);
	const byHand = () =>
		Object.fromEntries(Object.keys(fields()).map((field) => [field, `={{ $json.${field} }}`]));

	test('a quote of fields by hand is ordered by a sheet of quotes, and by hand', async () => {
		const direct = await sent([{}], { service: service(), fields: fields() });
		const quotes = await quoted({ service: service(), fields: fields() });
		expect(quotes).toMatchObject([{ service: service(), valid: true, problems: [], problem: '' }]);
		expect(await sent(quotes, {})).toEqual(direct);
		expect(await sent(quotes, { fields: byHand() })).toEqual(direct);
	});

	test('a quote of a sheet with more columns is ordered as the sheet', async () => {
		const row = { ...pick(names, 0), service: service(), units: 7, note: 'for Ada' } as IDataObject;
		const direct = await sent([row], {});
		expect(await sent(await quoted({ items: [row] }), {})).toEqual(direct);
	});

	test('a quote of a quote is the same', async () => {
		const quotes = await quoted({ service: service(), fields: fields() });
		expect(await quoted({ items: quotes })).toEqual(quotes);
	});
});

test('drip-feed is ordered with its own quantity, and its units are those of all runs', async () => {
	const fields = { link: 'https://example.com/1', quantity: 50, runs: 5, interval: 60 };
	const quotes = await quoted({ service: serviceOf(panel, 'Default').id, fields });
	expect(quotes).toMatchObject([{ quantity: '50', runs: '5', interval: '60', units: 250 }]);
	const { items } = await place(panel, { items: quotes });
	expect(items[0]?.json.charge).toBe(quotes[0]?.charge);
	expect(panel.orders().at(-1)).toMatchObject({ units: 250 });
});

test.each([
	['in a list', ['ada, lovelace']],
	['on a line of its own', 'ada, lovelace\n'],
])('an entry with a comma, %s, stays one entry', async (_how, keywords) => {
	const fields = { link: 'https://example.com/1', quantity: 50, keywords };
	const quotes = await quoted({ service: serviceOf(panel, 'SEO').id, fields });
	await place(panel, { items: quotes });
	expect(adds(panel)).toMatchObject([{ fields: { keywords: 'ada, lovelace' } }]);
});

test('what cannot be ordered keeps what was given, and says why in one text', async () => {
	const row = { service: '1', link: 'https://example.com/1', quantity: 'many', customer: 'Ada' };
	panel.changeService(1, { type: 'Default' });
	const [quote] = await quoted({ items: [row], options: { idempotencyKey: 'row 7' } });
	expect(quote).toMatchObject({ service: '1', link: row.link, quantity: 'many', idempotencyKey: 'row 7' });
	expect(quote?.valid).toBe(false);
	expect(quote?.problem).toBe('Quantity (quantity): "many" is not a whole number');
	expect(quote).not.toHaveProperty('customer');
});

test('a currency that the panel does not name is left out', async () => {
	const silent = await startPanel({ services: 1, dialects: ['balance-no-currency'] });
	const { items } = await place(silent, { operation: 'quote', items: [{ service: 1, quantity: 100 }] });
	expect(items[0]?.json).not.toHaveProperty('currency');
	await silent.stop();
});
