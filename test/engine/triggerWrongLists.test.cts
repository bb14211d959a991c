/** Lists that are wrong for a poll or three: nothing fires twice, nothing is lost, and what can be told is told. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isFinal, spelling } from '../../nodes/SmmPanel/panel/statuses';
import { createRandom, type Random } from '../panel/random.cts';
import type { Poller } from './poller.cts';
import { createTableServer, tableOf } from './tableServer.cts';
import { serverFor, triggerFixture } from './triggerFixture.cts';

const stand = triggerFixture();
const serve = serverFor();

const FINISHED = 1000;
const OPEN = 30;
const POLLS = 200;
const NEXT = ['In progress', 'Processing', 'Completed', 'Partial', 'Canceled'];

interface Kind {
	what: string;
	/** What the list answers in place of itself. */
	answer(list: readonly string[]): string;
	/** Whether the answer cannot be what somebody meant. */
	isFault: boolean;
}

const text = (what: string, answer: string): Kind => ({ what, answer: () => answer, isFault: true });

const FAULTS = [
	text('an empty list beside an error', '{"orders":[],"error":"Database is down"}'),
	text('no success', '{"success":false,"data":[]}'),
	text('0', '0'),
	text('[null]', '[null]'),
	text('{}', '{}'),
	text('nothing', ''),
	text('words', 'Too many connections'),
];
const SHRUNK: Kind[] = [
	{ what: 'an empty list', answer: () => '[]', isFault: false },
	{
		what: 'half a list',
		answer: (list) => JSON.stringify(list.slice(0, list.length / 2)),
		isFault: false,
	},
	{
		what: 'a third of a list of objects',
		answer: (list) => JSON.stringify({ data: list.slice(list.length / 1.5).map((order) => ({ order })) }),
		isFault: false,
	},
];
const TABLES: Kind[] = [
	text('{}', '{}'),
	text('a page without data and cursor', '{"nextCursor":null}'),
	text('a page of something else', '{"data":{"rows":[]}}'),
	{ what: 'a page without rows', answer: () => '{"data":[],"nextCursor":null}', isFault: false },
];

/** Moves some of the open orders on, as a panel does between two polls. */
function move(open: readonly string[], random: Random): void {
	for (const order of open) {
		if (!random.chance(0.05) || isFinal(stand.panel.order(order).status)) continue;
		stand.panel.moveOrder(order, random.pick(NEXT));
	}
}

/** `A A B` → `A B`. */
const changesOf = (statuses: readonly string[]) =>
	statuses.filter((status, at) => at === 0 || spelling(status) !== spelling(statuses[at - 1] as string));

interface Run {
	fired: Map<string, string[]>;
	/** Wrong answers that could be told from a list, and started no failed execution. */
	silent: number;
	wrong: number;
}

async function run(
	poller: Poller,
	open: readonly string[],
	isFault: boolean,
	isWrong: (now: boolean) => void,
) {
	const random = createRandom(`wrong lists ${open[0]}`);
	const done: Run = { fired: new Map(), silent: 0, wrong: 0 };
	await poller.activate();
	let wrongFor = 0;
	for (let poll = 0; poll < POLLS; poll++) {
		move(open, random);
		if (wrongFor > 0) wrongFor--;
		else if (random.chance(0.15) && poll < POLLS - 5) wrongFor = random.whole(1, 3);
		isWrong(wrongFor > 0);
		const polled = await poller.poll().catch(() => 'failed' as const);
		if (wrongFor > 0) {
			done.wrong++;
			if (isFault && polled !== 'failed') done.silent++;
		}
		if (polled === 'failed') continue;
		for (const { json } of polled ?? []) {
			const order = String(json.order);
			done.fired.set(order, [...(done.fired.get(order) ?? []), String(json.status)]);
		}
	}
	return done;
}

function judge({ fired, silent, wrong }: Run, finished: readonly string[], open: readonly string[]): void {
	expect(wrong).toBeGreaterThan(20);
	expect(finished.filter((order) => fired.has(order))).toEqual([]);
	for (const order of open) {
		const { told, status } = stand.panel.order(order);
		const expected = changesOf(told.map((one) => one.status));
		expect(fired.get(order) ?? []).toEqual(expected.slice(1));
		expect(spelling(expected.at(-1) ?? '')).toBe(spelling(status));
	}
	expect(silent).toBe(0);
}

const orders = () => ({ finished: stand.orders(FINISHED, 'Completed'), open: stand.orders(OPEN) });

/** With durable cursors, one wrong answer of each sort will do: the transitions are the same. */
const MODES = [
	{ durable: false, kinds: [...FAULTS, ...SHRUNK] },
	{ durable: true, kinds: [...FAULTS.slice(0, 1), ...SHRUNK.slice(0, 2)] },
];

describe.each(MODES)('with durable cursors: $durable', ({ durable, kinds }) => {
	test.each(kinds)(
		'a URL that answers now and then with $what',
		async ({ answer, isFault }) => {
			const { finished, open } = orders();
			const list = [...finished, ...open];
			let wrong = false;
			const listUrl = await serve((_request, response) =>
				response.end(wrong ? answer(list) : JSON.stringify(list)),
			);
			const parameters = { source: 'url', listUrl, options: { tolerateOutages: 0 } };
			const poller = stand.poller(parameters, { durable });
			if (durable) await poller.poll();
			judge(await run(poller, open, isFault, (now) => (wrong = now)), finished, open);
		},
		120_000,
	);
});

test.each(TABLES)(
	'a data table that answers now and then with $what',
	async ({ answer, isFault }) => {
		const { finished, open } = orders();
		const rows = [...finished, ...open].map((order_id) => ({ order_id }));
		const n8n = createTableServer([tableOf('T1', ['order_id'], rows)]);
		let wrong = false;
		n8n.before = (_request: IncomingMessage, response: ServerResponse) => {
			if (!wrong) return false;
			response.writeHead(200, { 'content-type': 'application/json' }).end(answer([]));
			return true;
		};
		const moreCredentials = { smmPanelN8nApi: { baseUrl: await serve(n8n.handle), apiKey: n8n.key } };
		const dataTableId = { __rl: true, mode: 'id', value: 'T1' };
		const parameters = {
			source: 'dataTable',
			dataTableId,
			idColumn: 'order_id',
			options: { tolerateOutages: 0 },
		};
		const poller = stand.poller(parameters, { moreCredentials });
		judge(await run(poller, open, isFault, (now) => (wrong = now)), finished, open);
	},
	120_000,
);

test('a data table whose second page is empty for a poll', async () => {
	const finished = stand.orders(FINISHED, 'Completed');
	const rows = finished.map((order_id) => ({ order_id }));
	const n8n = createTableServer([tableOf('T1', ['order_id'], rows)]);
	const moreCredentials = { smmPanelN8nApi: { baseUrl: await serve(n8n.handle), apiKey: n8n.key } };
	const dataTableId = { __rl: true, mode: 'id', value: 'T1' };
	const poller = stand.poller(
		{ source: 'dataTable', dataTableId, idColumn: 'order_id' },
		{ moreCredentials },
	);
	await poller.activate();
	let answers = 0;
	n8n.before = (_request, response) => {
		if (++answers !== 2) return false;
		response.writeHead(200).end('{"data":[],"nextCursor":null}');
		return true;
	};
	for (let poll = 0; poll < 3; poll++) expect(await poller.poll()).toBeNull();
});
