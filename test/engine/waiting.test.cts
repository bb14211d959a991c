/** Wait Until Finished in n8n's engine: an execution that rests and is resumed, on a clock of the test's own. */
import type { IDataObject, INode } from 'n8n-workflow';
import {
	itemsOf,
	NODE,
	runWorkflow,
	workflowAround,
	type WorkflowJson,
	type WorkflowRun,
} from './engine.cts';
import { referencesTo } from './credentials.cts';
import { addNodeType } from './nodeTypes.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { toolOn } from './tool.cts';
import { jsonOf, KEY, pairsOf, panelRuns, type PanelRun } from './panelRun.cts';

addNodeType('test.text', {
	async execute() {
		const items = this.getInputData();
		return [items.map((_, at) => ({ json: { text: this.getNodeParameter('text', at) }, pairedItem: at }))];
	},
});
addNodeType('test.dropping', {
	async execute() {
		return await Promise.resolve([[{ json: { order: this.getInputData()[0]?.json.orders } }]]);
	},
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const panels = panelRuns();
let stand: PanelRun;
let skipped = 0;
const realNow = Date.now.bind(Date);
beforeEach(async () => {
	stand = await panels.panelRun({ services: 2 });
	skipped = 0;
	jest.spyOn(Date, 'now').mockImplementation(() => realNow() + skipped);
});
afterEach(() => jest.restoreAllMocks());
afterAll(panels.stopAll);

interface Waiting {
	items?: IDataObject[];
	parameters?: IDataObject;
	node?: Partial<INode>;
	/** What *Not Yet* leads to; default: back to the node. */
	notYet?: string;
	book?: TestBook;
	workflowId?: string;
	stepOf?: string;
}

const type = 'main' as const;

/** Input → Create (hands on) → the node, whose first output leads back to it → Done. */
function workflowWith({ parameters = {}, node = {}, notYet = NODE, workflowId }: Waiting): WorkflowJson {
	const json = workflowAround({
		credentials: { apiUrl: stand.panel.url, apiKey: KEY },
		parameters: {
			resource: 'order',
			operation: 'waitUntilFinished',
			orderIds: '={{ $json.order }}',
			...parameters,
		},
		workflowId,
	});
	const plain = json.nodes.find(({ name }) => name === 'Done') as INode;
	const nodes = json.nodes.map((one) => (one.name === NODE ? { ...one, ...node } : one));
	const reading: INode = {
		...plain,
		id: 'Told',
		name: 'Told',
		type: 'test.text',
		parameters: { text: "={{ $('Input').item.json.order }}" },
		credentials: referencesTo({ smmPanelApi: {} }),
	};
	return {
		...json,
		nodes: [...nodes, reading],
		connections: {
			...json.connections,
			Done: { main: [[{ node: 'Told', type, index: 0 }]] },
			[NODE]: {
				main: [
					notYet === '' ? [] : [{ node: notYet, type, index: 0 }],
					[{ node: 'Done', type, index: 0 }],
					[{ node: 'Failed', type, index: 0 }],
				],
			},
			...(notYet !== NODE && notYet !== '' && { [notYet]: { main: [[{ node: NODE, type, index: 0 }]] } }),
		},
	};
}

let executions = 0;

async function start(waiting: Waiting, executionState?: string, executionId = `wait-${++executions}`) {
	const run = await runWorkflow(workflowWith(waiting), itemsOf(waiting.items ?? []), {
		credentials: { smmPanelApi: { apiUrl: stand.panel.url, apiKey: KEY } },
		executionId,
		executionState,
		book: waiting.book,
		stepOf: waiting.stepOf,
	});
	expect(run.state).not.toContain(KEY);
	return { run, executionId };
}

const waitTill = ({ run }: WorkflowRun): number | undefined =>
	run.waitTill ? new Date(run.waitTill).getTime() : undefined;

interface Waited {
	run: WorkflowRun;
	/** How many times the execution rested, and for how many minutes. */
	rests: number[];
	executionId: string;
}

/** Runs until the execution ends; `between` acts while it rests, before the given rest is over. */
async function runToEnd(
	waiting: Waiting,
	between: (rest: number) => void | Promise<void> = () => undefined,
	{ most = 60, state, executionId }: { most?: number; state?: string; executionId?: string } = {},
): Promise<Waited> {
	let { run, executionId: id } = await start(waiting, state, executionId);
	const rests: number[] = [];
	for (let till = waitTill(run); till !== undefined; till = waitTill(run)) {
		rests.push((till - Date.now()) / MINUTE);
		if (rests.length > most) throw new Error(`Still waiting after ${most} rests`);
		await between(rests.length);
		skipped += till - Date.now();
		({ run } = await start(waiting, run.state, id));
	}
	return { run, rests, executionId: id };
}

const finished = (run: WorkflowRun) => run.outputsOf(NODE)[1] ?? [];

it('gives all orders when the last of them is finished, each with the item it came from', async () => {
	const [first = '', second = ''] = stand.panel.seedOrders({ count: 2, status: 'Pending' });
	const { run, rests } = await runToEnd({ items: [{ order: first }, { order: second }] }, (rest) => {
		if (rest === 1) stand.panel.moveOrder(second, 'Completed');
		if (rest === 3) stand.panel.moveOrder(first, 'Partial', { remains: 7 });
	});
	expect(run.error).toBeUndefined();
	expect(jsonOf(finished(run))).toMatchObject([
		{ order: first, status: 'Partial', finished: true, remains: 7 },
		{ order: second, status: 'Completed', finished: true },
	]);
	expect(pairsOf(finished(run))).toEqual([0, 1]);
	expect(rests).toHaveLength(3);
	for (const minutes of rests) expect(minutes).toBeGreaterThanOrEqual(1.9);
	expect(stand.asked('status')).toBe(4);
});

it('what is already finished comes out at once', async () => {
	const ids = stand.panel.seedOrders({ count: 3, status: 'Completed' });
	const { run, rests } = await runToEnd({ items: [{ order: ids.join(', ') }] });
	expect(rests).toEqual([]);
	expect(jsonOf(finished(run)).map(({ order }) => order)).toEqual(ids);
	expect(pairsOf(finished(run))).toEqual([0, 0, 0]);
});

it('behind the loop an expression finds the item with which the wait began', async () => {
	const [first = '', second = ''] = stand.panel.seedOrders({ count: 2, status: 'Pending' });
	const { run } = await runToEnd({ items: [{ order: first }, { order: second }] }, () => {
		[first, second].forEach((id) => stand.panel.moveOrder(id, 'Completed'));
	});
	expect(jsonOf(run.outputsOf('Told')[0]).map(({ text }) => text)).toEqual([first, second]);
});

it.each([
	['nowhere', ''],
	['only on', 'Done'],
])('where Not Yet leads %s, it says what to connect, and asks nothing', async (_, notYet) => {
	const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'Pending' });
	const waiting = { items: [{ order }], notYet };
	const json = workflowWith(waiting);
	json.connections.Done = { main: [[]] };
	const run = await runWorkflow(json, itemsOf(waiting.items), {
		credentials: { smmPanelApi: { apiUrl: stand.panel.url, apiKey: KEY } },
	});
	expect(run.error?.message).toContain("'Not Yet' does not lead back");
	expect(run.error?.description).toContain("Draw a line from 'Not Yet'");
	expect(stand.asked('status')).toBe(0);
});

it('Not Yet may lead back through other nodes', async () => {
	const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'Pending' });
	const { run } = await runToEnd({ items: [{ order }], notYet: 'Failed' }, () => {
		stand.panel.moveOrder(order, 'Completed');
	});
	expect(jsonOf(finished(run))).toMatchObject([{ order, status: 'Completed' }]);
});

it('pauses grow with the age of the order, to half an hour at most', async () => {
	const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'In progress' });
	const { rests } = await runToEnd(
		{ items: [{ order }] },
		(rest) => {
			if (rest === 70) stand.panel.moveOrder(order, 'Completed');
		},
		{ most: 80 },
	);
	expect(Math.min(...rests)).toBeGreaterThanOrEqual(1.9);
	expect(Math.max(...rests)).toBeLessThanOrEqual(33.1);
	expect(rests.at(-1)).toBeGreaterThan(25);
});

it('an order that is not finished in time comes out as such', async () => {
	const [order = '', done = ''] = stand.panel.seedOrders({ count: 2, status: 'In progress' });
	const { run, rests } = await runToEnd(
		{ items: [{ order }, { order: done }], parameters: { options: { maxWait: 1 } } },
		(rest) => {
			if (rest === 2) stand.panel.moveOrder(done, 'Completed');
		},
	);
	expect(jsonOf(finished(run))).toMatchObject([
		{ order, status: 'In progress', finished: false, timedOut: true, waited: expect.any(Number) },
		{ order: done, status: 'Completed', finished: true },
	]);
	expect(rests.reduce((sum, minutes) => sum + minutes, 0)).toBeCloseTo(60, -1);
});

it('or is an error that lists what is known of all, where the user wants that', async () => {
	const [order = '', done = ''] = stand.panel.seedOrders({ count: 2, status: 'In progress' });
	stand.panel.moveOrder(done, 'Completed');
	const options = { maxWait: 1, whenTimeIsUp: 'error' };
	const waiting = { items: [{ order }, { order: done }], parameters: { options } };
	const { run, executionId } = await runToEnd(waiting);
	expect(run.error?.message).toBe(
		`Order ${order} is not finished after 1 hours: it is still "In progress" [Item 0]`,
	);
	expect(run.error?.description).toContain(`The others: ${done} Completed.`);

	stand.panel.moveOrder(order, 'Completed');
	const retried = await start(waiting, run.state, `${executionId}-retry`);
	expect(retried.run.error).toBeUndefined();
	expect(jsonOf(finished(retried.run))).toMatchObject([{ order, status: 'Completed' }, { order: done }]);
});

it('Retry On Fail does not begin a new wait', async () => {
	const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'In progress' });
	const options = { maxWait: 1, whenTimeIsUp: 'error' };
	const node = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
	const { run } = await runToEnd({ items: [{ order }], parameters: { options }, node });
	expect(run.error?.message).toContain('is not finished after 1 hours');
});

it('an ID that the panel rejects once is asked for again; twice in a row it is an error', async () => {
	const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'In progress' });
	const node = { onError: 'continueRegularOutput' as const };
	const { run, rests } = await runToEnd({ items: [{ order }, { order: '999999' }], node }, (rest) => {
		if (rest === 3) stand.panel.moveOrder(order, 'Completed');
	});
	expect(rests).toHaveLength(3);
	expect(jsonOf(finished(run))).toMatchObject([
		{ order, status: 'Completed' },
		{ order: '999999', error: expect.stringContaining('999999') },
	]);
	expect(jsonOf(finished(run))[1]).not.toHaveProperty('outcome');
});

it('with an error output, what failed leaves by it alone', async () => {
	const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'Completed' });
	const node = { onError: 'continueErrorOutput' as const };
	const { run } = await runToEnd({ items: [{ order }, { order: 'no ID' }], node });
	const [notYet, done, failed] = run.outputsOf(NODE);
	expect(notYet).toEqual([]);
	expect(jsonOf(done)).toMatchObject([{ order }]);
	expect(jsonOf(failed)).toHaveLength(2);
});

it('an outage of the panel is waited out', async () => {
	const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'In progress' });
	const { run, rests } = await runToEnd({ items: [{ order }] }, async (rest) => {
		if (rest === 1) await stand.panel.down();
		if (rest === 2) {
			await stand.panel.up();
			stand.panel.moveOrder(order, 'Completed');
		}
	});
	expect(rests).toHaveLength(2);
	expect(jsonOf(finished(run))).toMatchObject([{ order, status: 'Completed' }]);
}, 60_000);

it('and said when time is up, with the status that was last seen', async () => {
	const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'In progress' });
	const { run } = await runToEnd(
		{ items: [{ order }], parameters: { checkEvery: 5, options: { maxWait: 0.1 } } },
		async () => await stand.panel.down(),
	);
	expect(run.error?.message).toMatch(
		/is not finished after 0\.1 hours: it is still "In progress"\. The last check/,
	);
}, 60_000);

it('a key that is refused is told at once', async () => {
	const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'In progress' });
	stand.panel.setActive(false);
	const { run, rests } = await runToEnd({ items: [{ order }] });
	expect(rests).toEqual([]);
	expect(run.error?.message).toMatch(/key/i);
});

it('a wait that lost its memory, as after a crash, goes on', async () => {
	const [order = '', done = ''] = stand.panel.seedOrders({ count: 2, status: 'In progress' });
	const waiting = { items: [{ order }, { order: done }] };
	const first = await start(waiting);
	const resting = JSON.parse(first.run.state) as { executionData: { contextData: object } };
	resting.executionData.contextData = {};
	[order, done].forEach((id) => stand.panel.moveOrder(id, 'Completed'));
	skipped += 10 * MINUTE;
	const { run } = await start(waiting, JSON.stringify(resting), 'after a crash');
	expect(jsonOf(finished(run)).map(({ order: id }) => id)).toEqual([order, done]);
});

it('a status of the user’s choice ends the wait, and so does the end of the order', async () => {
	const [order = '', canceled = ''] = stand.panel.seedOrders({ count: 2, status: 'Pending' });
	const options = { until: 'statuses', statuses: ['In progress'] };
	const { run } = await runToEnd({ items: [{ order }, { order: canceled }], parameters: { options } }, () => {
		stand.panel.moveOrder(order, 'Inprogress');
		stand.panel.moveOrder(canceled, 'Canceled');
	});
	expect(jsonOf(finished(run))).toMatchObject([
		{ order, status: 'In progress', finished: false },
		{ order: canceled, status: 'Canceled', finished: true },
	]);
});

it('an item that a node on the way has changed does not begin a second wait', async () => {
	const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'Pending' });
	const json = workflowWith({ notYet: 'Failed' });
	const nodes = json.nodes.map((one) =>
		one.name === 'Failed'
			? { ...one, type: 'test.dropping', credentials: referencesTo({ smmPanelApi: {} }) }
			: one,
	);
	const run = await runWorkflow({ ...json, nodes }, itemsOf([{ order }]), {
		credentials: { smmPanelApi: { apiUrl: stand.panel.url, apiKey: KEY } },
	});
	expect(run.error?.message).toContain('has changed the item');
	expect(stand.asked('status')).toBe(1);
});

it('as an agent’s tool it looks once and does not wait', async () => {
	const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'In progress' });
	const parameters = { resource: 'order', operation: 'waitUntilFinished', orderIds: '={{ $json.order }}' };
	const tool = toolOn(stand.panel, {}, undefined, parameters);
	const answer = await tool.order({ order });
	expect(answer).toContain('"status":"In progress"');
	expect(answer).toContain('"waited":false');
	expect(stand.asked('status')).toBe(1);
	expect(await tool.order({ order: '999999' })).toContain('999999');
});

describe('with the order book', () => {
	const account = () => ({ panel: new URL(stand.panel.url).host, account: 'smmPanelApi' });
	const booked = (book: TestBook, orders: string[], cells: IDataObject = {}) =>
		book.add(...orders.map((order) => ({ ...account(), state: 'placed' as const, order, ...cells })));
	const at = (ms: number) => new Date(Date.now() - ms).toISOString();

	it('time counts from the placing of the order', async () => {
		const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'In progress' });
		const book = new TestBook();
		booked(book, [order], { placedAt: at(71.5 * HOUR) });
		const { run, rests } = await runToEnd({ items: [{ order }], book, workflowId: ownWorkflow() });
		expect(rests.reduce((sum, minutes) => sum + minutes, 0)).toBeCloseTo(30, -1);
		const [out] = jsonOf(finished(run));
		expect(out).toMatchObject({ order, timedOut: true });
		// The last check may be a little late, so that executions do not wake together
		expect(Math.abs(Number(out?.waited) - 72 * 60)).toBeLessThan(5);
	});

	it('a status that somebody has just asked for is taken from the row', async () => {
		const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'Completed' });
		const book = new TestBook();
		booked(book, [order], {
			placedAt: at(HOUR),
			checkedAt: at(MINUTE),
			status: 'Completed',
			finished: true,
			remains: 0,
		});
		const { run } = await runToEnd({ items: [{ order }], book, workflowId: ownWorkflow() });
		expect(jsonOf(finished(run))).toMatchObject([{ order, status: 'Completed', finished: true, remains: 0 }]);
		expect(stand.asked('status')).toBe(0);
	});

	it('an old row is not believed', async () => {
		const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'In progress' });
		const book = new TestBook();
		booked(book, [order], {
			checkedAt: at(HOUR),
			status: 'Completed',
			finished: true,
			placedAt: at(2 * HOUR),
		});
		const { run } = await start({ items: [{ order }], book, workflowId: ownWorkflow() });
		expect(finished(run)).toEqual([]);
		expect(waitTill(run)).toBeGreaterThan(Date.now());
	});

	it('one request asks for what other executions wait for, too, and their rows tell them', async () => {
		const orders = stand.panel.seedOrders({ count: 40, status: 'In progress' });
		const book = new TestBook();
		booked(book, orders.slice(1), { placedAt: at(HOUR / 2), checkedAt: at(0), status: 'Pending' });
		// Nobody has looked at this one yet
		booked(book, orders.slice(0, 1), { placedAt: at(0) });
		book.age(HOUR / 2);
		const workflowId = ownWorkflow();
		await start({ items: [{ order: orders[9] }], book, workflowId });
		expect(stand.asked('status')).toBe(1);
		expect(book.rows().map(({ status }) => status)).toEqual(orders.map(() => 'In progress'));
		await start({ items: orders.map((order) => ({ order })), book, workflowId });
		expect(stand.asked('status')).toBe(1);
	});

	it('an order placed a moment ago is first asked for after the interval, by executions together', async () => {
		const orders = stand.panel.seedOrders({ count: 3, status: 'Pending' });
		const book = new TestBook();
		booked(book, orders, { placedAt: at(0) });
		const workflowId = ownWorkflow();
		const waits = orders.map((order) => ({
			items: [{ order }],
			book,
			workflowId,
			state: '',
			executionId: '',
		}));
		for (const waiting of waits) {
			const { run, executionId } = await start(waiting);
			expect(finished(run)).toEqual([]);
			expect((waitTill(run) ?? 0) - Date.now()).toBeGreaterThan(1.9 * MINUTE);
			Object.assign(waiting, { state: run.state, executionId });
		}
		expect(stand.asked('status')).toBe(0);
		orders.forEach((order) => stand.panel.moveOrder(order, 'Completed'));
		book.age(3 * MINUTE);
		for (const waiting of waits) {
			const { run } = await runToEnd(waiting, undefined, waiting);
			expect(jsonOf(finished(run))).toMatchObject([{ status: 'Completed' }]);
		}
		expect(stand.asked('status')).toBe(1);
	});

	it('a step looks at once, at an order placed a moment ago, too', async () => {
		const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'Completed' });
		const book = new TestBook();
		booked(book, [order], { placedAt: at(0) });
		const { run } = await start({ items: [{ order }], book, workflowId: ownWorkflow(), stepOf: NODE });
		expect(jsonOf(finished(run))).toMatchObject([{ order, status: 'Completed' }]);
	});

	it('a book that cannot be read or written stops no wait', async () => {
		const [order = ''] = stand.panel.seedOrders({ count: 1, status: 'In progress' });
		const book = new TestBook();
		booked(book, [order], { placedAt: at(HOUR) });
		book.fail({ times: 20 });
		const { run } = await runToEnd({ items: [{ order }], book, workflowId: ownWorkflow() }, () => {
			stand.panel.moveOrder(order, 'Completed');
		});
		expect(jsonOf(finished(run))).toMatchObject([{ order, status: 'Completed' }]);
	});
});
