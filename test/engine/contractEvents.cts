/** Polls of the trigger in which an order's event fires, for the fields of the item that comes out. */
import type { IDataObject } from 'n8n-workflow';
import { createBookServer } from './bookServer.cts';
import type { Poller } from './poller.cts';
import { watchedTable, type serverFor, type TriggerFixture } from './triggerFixture.cts';

export type Item = IDataObject | undefined;
type Serve = ReturnType<typeof serverFor>;

/** The first item of the poll after `change`. */
export async function fired(poller: Poller, change: () => unknown): Promise<Item> {
	await poller.activate();
	await change();
	return (await poller.poll())?.[0]?.json;
}

/** Of two pending orders, `second` is added to the list when it is completed. */
export async function addedLater(stand: TriggerFixture, first: string, second: string): Promise<Item> {
	const poller = stand.poller({ orderIds: first, options: {} });
	await poller.activate();
	stand.panel.moveOrder(second, 'Completed');
	return (await poller.change({ event: 'orderStatusChanged', orderIds: `${first}, ${second}` }))?.[0]?.json;
}

export async function firedFromTable(stand: TriggerFixture, serve: Serve, id: string): Promise<Item> {
	const { parameters, more } = await watchedTable(serve, [id]);
	return await fired(stand.poller(parameters, more), () => stand.panel.moveOrder(id, 'Completed'));
}

/** An order in progress that stands in the book: it has stalled, or is completed. */
export async function firedFromBook(
	stand: TriggerFixture,
	serve: Serve,
	{ event, id }: { event: string; id: string },
): Promise<Item> {
	const n8n = createBookServer();
	const moreCredentials = { smmPanelN8nApi: { baseUrl: await serve(n8n.handle), apiKey: n8n.key } };
	const ago = new Date(Date.now() - 25 * 60 * 60_000).toISOString();
	const { remains = null } = stand.panel.order(id) as { remains?: number | null };
	n8n.add({
		order: id,
		panel: new URL(stand.panel.url).host,
		account: new URL(stand.panel.url).host,
		status: 'In progress',
		placedAt: ago,
		startedAt: ago,
		changedAt: ago,
		remains,
	});
	const poller = stand.poller({ event }, { moreCredentials });
	const stalled = (await poller.activate())?.[0]?.json;
	if (stalled !== undefined) return stalled;
	stand.panel.moveOrder(id, 'Completed');
	return (await poller.poll())?.[0]?.json;
}
