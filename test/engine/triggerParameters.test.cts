/** Parameters from expressions: what n8n hands over unchecked is read, or refused, and never taken for nothing. */
import type { IDataObject } from 'n8n-workflow';
import { told, triggerFixture } from './triggerFixture.cts';

const stand = triggerFixture({ balance: 100 });

const services = (filters: IDataObject) => stand.poller({ event: 'servicesChanged', filters });

const NAMES: Array<[what: string, value: unknown]> = [
	['an array', ['Mine, Cheap', 'Other']],
	['one text', 'Mine, Cheap\nOther'],
	['JSON text', '["Mine, Cheap", "Other"]'],
	['an expression that gives an array', '={{ ["Mine, Cheap", "Other"] }}'],
	['an expression that gives lines', '={{ "Mine, Cheap\\nOther" }}'],
];

test.each(NAMES)('categories as %s choose the same services', async (_what, categories) => {
	const chosen = ['Mine, Cheap', 'Other'].map((category) => stand.panel.addService({ category, rate: '1' }));
	const passedOver = stand.panel.addService({ category: 'Mine', rate: '1' });
	const watched = services({ categories: categories as string });
	await watched.activate();
	for (const { id } of [...chosen, passedOver]) stand.panel.changeService(id, { rate: '2' });
	expect((await watched.poll())?.map(({ json }) => json.service)).toEqual(chosen.map(({ id }) => String(id)));
});

test.each<[IDataObject, RegExp]>([
	[{ changes: '={{ "cheaper" }}' }, /'Kinds of Change' knows no "cheaper"/],
	[{ serviceIds: 'https://example.com/1' }, /'Service IDs' holds something other than IDs/],
	[{ minRateChange: '={{ "much" }}' }, /'Minimum Price Change \(%\)' is not a number/],
	[{ categories: '={{ [{ name: "A" }] }}' }, /'Category Names or IDs' holds an entry that is no text/],
])('filters %j are refused', async (filters, message) => {
	await expect(services(filters).activate()).rejects.toThrow(message);
});

test.each([
	['Completed, In progress'],
	['={{ "Completed\\nIn progress" }}'],
	['["in_progress","COMPLETED"]'],
])('statuses as %s are two statuses', async (toStatuses) => {
	const [a = '', b = '', c = ''] = stand.orders(3);
	const poller = stand.poller({ orderIds: `${a},${b},${c}`, toStatuses });
	await poller.activate();
	stand.panel.moveOrder(a, 'Completed');
	stand.panel.moveOrder(b, 'In progress');
	stand.panel.moveOrder(c, 'Canceled');
	expect(told(await poller.poll())).toEqual([`${a}: Pending → Completed`, `${b}: Pending → In progress`]);
});

test.each<[IDataObject, RegExp]>([
	[{ firstCheck: '={{ "never" }}' }, /'First Check' is none of/],
	[{ recheckFinished: '={{ "perhaps" }}' }, /'Recheck Finished' is neither true nor false/],
	[{ requestsPerPoll: '={{ "many" }}' }, /'Requests per Poll' is not a whole number/],
	[{ progressStep: '={{ -1 }}' }, /'Progress Step \(%\)' is not a number/],
	[{ tolerateOutages: '={{ "some" }}' }, /'Tolerate Outages' is not a number/],
])('options %j are refused at activation', async (options, message) => {
	await expect(stand.poller({ orderIds: '1', options }).activate()).rejects.toThrow(message);
});

test('an event that this node does not have is refused, and so is a watch list', async () => {
	await expect(stand.poller({ event: 'orderLost' }).activate()).rejects.toMatchObject({
		message: 'This node has no event "orderLost"',
		description: "Choose 'Trigger On' anew from its list.",
	});
	await expect(stand.poller({ source: 'email' }).activate()).rejects.toThrow(
		'This node has no watch list "email"',
	);
});
