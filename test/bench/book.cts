/** What the order book costs in real n8n: beside the same orders without it, and with many rows in it. */
import { newRow, toCells } from '../../nodes/SmmPanel/book/rows';
import { fieldsByHand, serviceById } from '../sandbox/workflow.cts';
import type { Row as TableRow } from '../sandbox/dataTables.cts';
import { times, type Bench, type Job, type Row } from './job.cts';
import type { Spent } from './probeNodes.cts';
import type { Stage } from './stage.cts';
import { median, number, withSpread } from './stats.cts';
import { testedPanelNode } from './workflows.cts';

const TABLE = 'SMM Panel Orders';
const ORDERS = 1000;
const SINGLE = 30;
const MANY_ROWS = 100_000;
const ROWS_AT_ONCE = 1000;
/** At 50 ms a reply, a hundred orders a second. */
const HUNDRED_A_SECOND = 5;
const MOST_MS = 2;
const MOST_SUB_EXECUTIONS = 40;
const MOST_TIMES = 3;

interface Orders {
	book: boolean;
	count?: number;
	concurrency?: number;
}

let runs = 0;

/** Orders for links and with keys that no run before has had. */
async function placed(stage: Stage, orders: Orders): Promise<Spent> {
	const { book, count = ORDERS, concurrency = 20 } = orders;
	const name = `book-${runs++}`;
	const { id: service = 0 } =
		(await stage.panel.control.services()).find(({ type }) => type === 'Default') ?? {};
	const options = { idempotencyKey: '={{ $json.row }}', concurrency, ...(!book && { orderBook: false }) };
	const parameters = {
		resource: 'order',
		operation: 'create',
		serviceId: serviceById(String(service)),
		orderFields: fieldsByHand({ link: '={{ $json.link }}', quantity: '100' }),
		options,
	};
	const spent = await stage.measure({
		name,
		items: `Array.from({ length: ${count} }, (_, i) => ({ row: '${name}-' + i, link: 'https://example.com/p/${name}-' + i }))`,
		node: testedPanelNode(parameters, stage.credential),
	});
	if (spent.items !== count || spent.failed > 0)
		throw new Error(`${spent.items} items, ${spent.failed} failed`);
	return spent;
}

/** n8n numbers executions in a row, sub-executions among them. */
async function subExecutions(stage: Stage): Promise<number> {
	const { execution } = await placed(stage, { book: true, concurrency: HUNDRED_A_SECOND });
	const next = await placed(stage, { book: false, count: 1 });
	return Number(next.execution) - Number(execution) - 1;
}

const single = async (stage: Stage, book: boolean): Promise<number> =>
	median(
		(await times(SINGLE, async () => await placed(stage, { book, count: 1 }))).map(({ wallMs }) => wallMs),
	);

/** As the node writes them, of other orders. */
function otherRows(from: number): TableRow[] {
	return Array.from({ length: ROWS_AT_ONCE }, (_, at) => {
		const number = String(from + at);
		const key = (name: string) => `${name}-${number}`.padEnd(43, 'x');
		const moment = new Date(Date.UTC(2026, 0, 1) + (from + at) * 60_000).toISOString();
		const row = newRow({
			state: 'placed',
			order: `9${number}`,
			status: 'Completed',
			finished: true,
			service: '12',
			link: `https://example.com/other/${number}`,
			quantity: 100,
			charge: 0.09,
			currency: 'USD',
			start_count: 12,
			remains: 0,
			...{ placedAt: moment, startedAt: moment, finishedAt: moment, checkedAt: moment, changedAt: moment },
			panel: 'panel.example',
			account: 'another',
			idempotencyKey: `other ${number}`,
			...{ userKey: key('user'), requestKey: key('request'), itemKey: key('item'), run: key('run') },
			...{ workflow: 'w', node: 'n', execution: number, round: 0, item: at, owner: key('owner') },
			fields: JSON.stringify({ link: `https://example.com/other/${number}`, quantity: '100' }),
		});
		return toCells(row);
	});
}

async function fillBook({ api }: Stage): Promise<void> {
	const table = await api.dataTable(TABLE);
	if (table === undefined) throw new Error('There is no order book');
	for (let from = 0; from < MANY_ROWS; from += ROWS_AT_ONCE) await api.insertRows(table.id, otherRows(from));
}

interface Costs {
	with: Spent[];
	without: Spent[];
	singleWith: number;
	singleWithout: number;
}

async function costs(stage: Stage, runsOfEach: number): Promise<Costs> {
	const rounds = await times(runsOfEach, async () => ({
		without: await placed(stage, { book: false }),
		with: await placed(stage, { book: true }),
	}));
	return {
		with: rounds.map((round) => round.with),
		without: rounds.map((round) => round.without),
		singleWith: await single(stage, true),
		singleWithout: await single(stage, false),
	};
}

const wall = (spent: readonly Spent[]) => spent.map(({ wallMs }) => wallMs);
const cpu = (spent: readonly Spent[]) => spent.map(({ cpuMs }) => cpuMs);
const more = (a: readonly number[], b: readonly number[]) =>
	a.map((ms, at) => (ms - (b[at] ?? NaN)) / ORDERS);

function tableOf(few: Costs, many: Costs, subs: number): Row[] {
	const moreCpu = more(cpu(few.with), cpu(few.without));
	const moreWall = more(wall(few.with), wall(few.without));
	const slower = median(wall(many.with)) / median(wall(few.with));
	const slowerSingle = many.singleWith / few.singleWith;
	return [
		{
			job: 'placing 1,000 orders, what the order book adds',
			bar: `at most ${MOST_MS} ms an order`,
			measured: `${withSpread(moreWall, 'ms')} an order, CPU ${withSpread(moreCpu, 'ms')}; ${number(median(wall(few.with)))} instead of ${number(median(wall(few.without)))} ms in all`,
			httpRequest: '',
			pass: median(moreWall) <= MOST_MS && median(moreCpu) <= MOST_MS,
		},
		{
			job: 'placing 1,000 orders at 100 a second: sub-executions for the order book',
			bar: `fewer than ${MOST_SUB_EXECUTIONS}`,
			measured: String(subs),
			httpRequest: '',
			pass: subs < MOST_SUB_EXECUTIONS,
		},
		{
			job: `one order in an execution of its own, median of ${SINGLE}`,
			bar: '',
			measured: `${number(few.singleWith)} ms; without the order book ${number(few.singleWithout)} ms`,
			httpRequest: '',
		},
		{
			job: `the same with ${number(MANY_ROWS)} rows in the book`,
			bar: `at most ${MOST_TIMES} times`,
			measured: `1,000 orders ${number(median(wall(many.with)))} ms, ${number(slower)} ×; one order ${number(many.singleWith)} ms, ${number(slowerSingle)} ×`,
			httpRequest: '',
			pass: slower <= MOST_TIMES && slowerSingle <= MOST_TIMES,
		},
	];
}

export const book: Job = {
	name: 'book',
	async run({ runs: runsOfEach, stage: start, note }: Bench): Promise<Row[]> {
		const stage = await start();
		await placed(stage, { book: true });
		const few = await costs(stage, runsOfEach);
		const subs = await subExecutions(stage);
		await fillBook(stage);
		const many = await costs(stage, runsOfEach);
		note(
			`Order book: the same orders with and without it, one after the other; ${number(MANY_ROWS)} rows of other orders are put into the same table in between. Sub-executions are counted by n8n's numbers of executions.`,
		);
		return tableOf(few, many, subs);
	},
};
