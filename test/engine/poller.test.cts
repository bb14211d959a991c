/** The poller's harness itself: state is kept and lost as in n8n. */
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { addNodeType } from './nodeTypes.cts';
import { createPoller, type PollerOptions } from './poller.cts';

type Poll = (this: IPollFunctions) => Promise<INodeExecutionData[][] | null>;

function pollerOf(poll: Poll, options: Partial<PollerOptions> = {}) {
	addNodeType('probeTrigger', { poll });
	return createPoller({ node: 'probeTrigger', parameters: {}, credentials: null, ...options });
}

/** Counts its polls in its state; every poll for which `fires` says so starts an execution. */
const counting = (fires: (count: number) => boolean): Poll =>
	async function () {
		const data = this.getWorkflowStaticData('node');
		const count = Number(data.count ?? 0) + 1;
		data.count = count;
		return fires(count) ? [[{ json: { count } }]] : null;
	};

const counts = (items: INodeExecutionData[] | null) => items?.map(({ json }) => json.count) ?? null;
const never = () => false;
const always = () => true;

test('what the activation poll wrote is saved, also when it started nothing', async () => {
	const poller = pollerOf(counting(never));
	expect(await poller.activate()).toBeNull();
	await poller.restart();
	expect(poller.staticData()).toEqual({ count: 2 });
});

test('what a later poll wrote is in memory only, until one starts an execution', async () => {
	const poller = pollerOf(counting((count) => count === 4));
	await poller.activate();
	await poller.poll();
	await poller.poll();
	expect([poller.staticData(), poller.dataChanged(), JSON.parse(poller.saved())]).toEqual([
		{ count: 3 },
		true,
		{ 'node:SMM Panel Trigger': { count: 1 } },
	]);
	expect(counts(await poller.poll())).toEqual([4]);
	expect(poller.dataChanged()).toBe(false);
	expect(poller.saved()).toBe('{"node:SMM Panel Trigger":{"count":4}}');
});

test('a restart forgets what was not saved', async () => {
	const poller = pollerOf(counting(never));
	await poller.activate();
	await poller.poll();
	await poller.poll();
	await poller.restart();
	expect(poller.staticData()).toEqual({ count: 2 });
});

test('a change below the top level of fresh state is not noticed', async () => {
	const poller = pollerOf(async function () {
		const data = this.getWorkflowStaticData('node') as { orders?: IDataObject };
		data.orders ??= {};
		if (this.getActivationMode() === 'update') data.orders.seen = true;
		return null;
	});
	await poller.activate();
	await poller.poll();
	expect([poller.staticData(), poller.dataChanged()]).toEqual([{ orders: { seen: true } }, false]);
});

test('Fetch Test Event sees the saved state and changes nothing', async () => {
	const poller = pollerOf(counting(always));
	await poller.activate();
	expect(counts(await poller.fetchTestEvent())).toEqual([2]);
	expect(counts(await poller.fetchTestEvent())).toEqual([2]);
	expect(poller.staticData()).toEqual({ count: 1 });
	expect(poller.executions).toHaveLength(1);
});

test("a poll's error is reported, and the next poll goes on", async () => {
	let polls = 0;
	const poller = pollerOf(async function () {
		if (++polls === 2) throw new Error('The panel is down');
		return await counting(always).call(this);
	});
	await poller.activate();
	await expect(poller.poll()).rejects.toThrow('The panel is down');
	expect(counts(await poller.poll())).toEqual([2]);
	expect(poller.errors.map(({ message }) => message)).toEqual(['The panel is down']);
});

test('a renamed node starts with an empty state', async () => {
	const before = pollerOf(counting(always));
	await before.activate();
	const after = pollerOf(counting(always), { saved: before.saved(), nodeName: 'Renamed' });
	expect(counts(await after.activate('update'))).toEqual([1]);
});

describe('with durable cursors', () => {
	const durable = true;

	test('an activation poll that starts nothing leaves no trace', async () => {
		const poller = pollerOf(counting(never), { durable });
		await poller.activate();
		expect(poller.staticData()).toEqual({});
	});

	test('each later poll is saved, whether it starts something or not', async () => {
		const poller = pollerOf(
			counting((count) => count === 2),
			{ durable },
		);
		await poller.activate();
		expect(counts(await poller.poll())).toBeNull();
		expect(counts(await poller.poll())).toEqual([2]);
		await poller.poll();
		expect(poller.staticData()).toEqual({ count: 3 });
	});

	test('what a failed poll wrote is discarded', async () => {
		const poller = pollerOf(
			async function () {
				this.getWorkflowStaticData('node').count = 99;
				throw new Error('too late');
			},
			{ durable },
		);
		await poller.poll().catch(() => undefined);
		expect(poller.staticData()).toEqual({});
	});
});

test.each([
	[{}, 300_000],
	[{ durable: true }, 36_000],
	[{ budgetMs: 50 }, 50],
	[{ getBudget: null }, undefined],
])('the poll budget of %j is %s', async (options, expected) => {
	let budget: number | undefined = -1;
	const poller = pollerOf(async function () {
		budget = this.getPollBudgetMs?.();
		return null;
	}, options);
	await poller.activate();
	expect(budget).toBe(expected);
});
