/** The story behind the README's examples: what the nodes give out, step by step, at a development panel. */
import type { IDataObject, OnError } from 'n8n-workflow';
import { startPanel, type DevPanel } from '../panel/server.cts';
import { runNode } from './engine.cts';
import { place } from './placing.cts';
import { createPoller, type Polled } from './poller.cts';

/** By the name that stands above an example: one output item. */
export type Examples = Record<string, IDataObject>;

const HOUR = 3_600_000;
const LINK = 'https://www.instagram.com/your_account';
const DETECTED_AT = '2026-11-23T06:30:00.000Z';

const FOLLOWERS = {
	id: 1523,
	name: 'Instagram Followers | Refill 30 Days',
	type: 'Default',
	category: 'Instagram Followers',
	rate: '0.90',
	min: 50,
	max: 10_000,
	refill: true,
	cancel: true,
	dripfeed: true,
};

export async function tellStory(): Promise<Examples> {
	const panel = await startPanel({
		speed: 0,
		lives: { kind: 'still' },
		balance: '100.84',
		firstOrderId: 23501,
	});
	try {
		panel.setCatalogue([FOLLOWERS]);
		const examples = {
			...(await reading(panel)),
			...(await placing(panel)),
			...(await following(panel)),
			...(await watching(panel)),
		};
		const { host } = new URL(panel.url);
		return JSON.parse(JSON.stringify(examples).replaceAll(host, 'sosyalzirvemedya.com')) as Examples;
	} finally {
		await panel.stop();
	}
}

async function run(
	panel: DevPanel,
	resource: string,
	operation: string,
	more: IDataObject = {},
	onError?: OnError,
) {
	const { items, outputs, error } = await runNode({
		loops: operation === 'waitUntilFinished',
		parameters: { resource, operation, ...more },
		credentials: { apiUrl: panel.url, apiKey: panel.key },
		onError,
	});
	if (error) throw error;
	return first(outputs[1]?.length ? outputs[1] : items);
}

function first(items: Polled | undefined): IDataObject {
	const [item] = items ?? [];
	if (item === undefined) throw new Error('This step of the story gives no item');
	const { json } = item;
	return 'detectedAt' in json ? { ...json, detectedAt: DETECTED_AT } : json;
}

const reading = async (panel: DevPanel): Promise<Examples> => ({
	'service.getAll': await run(panel, 'service', 'getAll'),
	'service.get': await run(panel, 'service', 'get', { serviceId: { __rl: true, mode: 'id', value: '1523' } }),
	'balance.get': await run(panel, 'balance', 'get'),
});

async function placing(panel: DevPanel): Promise<Examples> {
	const order = { service: 1523, fields: { link: LINK, quantity: 1000 } };
	const placed = async (more: Parameters<typeof place>[1]) => {
		const { items, outputs } = await place(panel, { ...order, ...more });
		return first(outputs[1]?.length ? outputs[1] : items);
	};
	const withKey = { options: { idempotencyKey: 'row-7' }, workflowId: 'story', nodeId: 'story' };
	const wrong = { fields: { link: LINK, quantity: 20 } };
	const examples: Examples = {
		'order.quote': await placed({ operation: 'quote' }),
		'order.create': await placed({}),
		'order.create failed': await placed({ ...wrong, onError: 'continueRegularOutput' }),
		'order.create error output': await placed({ ...wrong, onError: 'continueErrorOutput' }),
	};
	await placed(withKey);
	examples['order.create duplicate'] = await placed(withKey);
	panel.inject({ action: 'add', kind: 'dropAfter' });
	examples['order.create unknown'] = await placed({ onError: 'continueRegularOutput' });
	return examples;
}

async function following(panel: DevPanel): Promise<Examples> {
	panel.moveOrder(23501, 'In progress', { startCount: 3572, remains: 157 });
	const orderIds = '23501';
	const examples: Examples = {
		'order.getStatus': await run(panel, 'order', 'getStatus', { orderIds }),
		'order.getStatusChanges': await run(panel, 'order', 'getStatusChanges', { orderIds }),
		'order.cancel': await run(panel, 'order', 'cancel', { orderIds: '23502' }),
	};
	panel.moveOrder(23501, 'Completed', { startCount: 3572 });
	examples['order.waitUntilFinished'] = await run(panel, 'order', 'waitUntilFinished', { orderIds });
	panel.step(30 * HOUR);
	examples['refill.create'] = await run(panel, 'refill', 'create', { orderIds });
	examples['refill.create failed'] = await run(
		panel,
		'refill',
		'create',
		{ orderIds },
		'continueRegularOutput',
	);
	const refillIds = String(examples['refill.create'].refill);
	examples['refill.getStatus'] = await run(panel, 'refill', 'getStatus', { refillIds });
	return examples;
}

async function watching(panel: DevPanel): Promise<Examples> {
	const watch = async (parameters: IDataObject, change: () => void) => {
		const poller = createPoller({
			parameters: { pollTimes: { item: [{ mode: 'everyMinute' }] }, ...parameters },
			credentials: { apiUrl: panel.url, apiKey: panel.key },
		});
		await poller.activate();
		change();
		return first(await poller.poll());
	};
	const { items } = await place(panel, { service: 1523, fields: { link: LINK, quantity: 1000 } });
	const order = String(first(items).order);
	const refill = panel.refills().at(-1)?.id ?? '';
	return {
		'trigger.orderStatusChanged': await watch(
			{ event: 'orderStatusChanged', source: 'ids', orderIds: order },
			() => void panel.moveOrder(order, 'Completed', { startCount: 3572 }),
		),
		'trigger.refillStatusChanged': await watch(
			{ event: 'refillStatusChanged', source: 'ids', refillIds: refill },
			() => void panel.moveRefill(refill, 'Completed'),
		),
		'trigger.balanceBelow': await watch(
			{ event: 'balanceBelow', threshold: 25 },
			() => void panel.setBalance('18.4'),
		),
		'trigger.servicesChanged': await watch(
			{ event: 'servicesChanged' },
			() => void panel.changeService(1523, { rate: '1.05' }),
		),
	};
}
