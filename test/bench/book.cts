/** What the order book costs in real n8n: a thousand orders, single ones, and the same with many rows in it. */
import { newRow, toCells } from '../../nodes/SmmPanel/book/rows';
import { fieldsByHand, serviceById } from '../sandbox/workflow.cts';
import type { Row as TableRow } from '../sandbox/dataTables.cts';
import { times, type Bench, type Job, type Row } from './job.cts';
import type { Spent } from './probeNodes.cts';
import { LATENCY_MS, type Stage } from './stage.cts';
import { median, number, withSpread } from './stats.cts';
import { testedPanelNode } from './workflows.cts';

const ORDERS = 1000;
const CONCURRENCY = 20;
const SINGLE = 30;
const MANY_ROWS = 100_000;
const ROWS_AT_ONCE = 1000;
const MOST_MS = 2;
const MOST_SUB_EXECUTIONS = 40;
const MOST_TIMES = 3;

let runs = 0;

/** Orders for links and with keys that no run before has had. */
async function placed(stage: Stage, count = ORDERS, concurrency = CONCURRENCY): Promise<Spent> {
	const name = `book-${runs++}`;
	const services = await stage.panel.control.services();
	const service = services.find(({ type }) => type === 'Default')?.id ?? 0;
	const parameters = {
		resource: 'order',
		operation: 'create',
		serviceId: serviceById(String(service)),
		orderFields: fieldsByHand({ link: '={{ $json.link }}', quantity: '100' }),
		options: { idempotencyKey: '={{ $json.row }}', concurrency },
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

const single = async (stage: Stage): Promise<number> =>
	median((await times(SINGLE, async () => await placed(stage, 1))).map(({ wallMs }) => wallMs));

/** n8n numbers executions in a row, sub-executions among them. At 50 ms a reply, a hundred orders a second. */
async function subExecutions(stage: Stage): Promise<number> {
	const { execution } = await placed(stage, ORDERS, 5);
	const { execution: next } = await placed(stage, 1);
	return Number(next) - Number(execution) - 1;
}

/** As the node writes them, of another account. */
const otherRows = (from: number): TableRow[] =>
	Array.from({ length: ROWS_AT_ONCE }, (_, at) => {
		const id = String(from + at);
		const link = `https://example.com/other/${id}`;
		const moment = new Date(Date.UTC(2026, 0, 1) + (from + at) * 60_000).toISOString();
		const key = (name: string) => `${name}-${id}`.padEnd(43, 'x');
		return toCells(
			newRow({
				...{ state: 'placed', order: `9${id}`, status: 'Completed', finished: true, service: '12', link },
				...{ quantity: 100, charge: 0.09, placedAt: moment, finishedAt: moment, checkedAt: moment },
				...{ account: 'another', userKey: key('user'), requestKey: key('request'), itemKey: key('item') },
			}),
		);
	});

async function fillBook({ api }: Stage): Promise<void> {
	const table = await api.dataTable('SMM Panel Orders');
	if (table === undefined) throw new Error('There is no order book');
	for (let from = 0; from < MANY_ROWS; from += ROWS_AT_ONCE) await api.insertRows(table.id, otherRows(from));
}

export const book: Job = {
	name: 'book',
	async run({ runs: rounds, stage: start, note }: Bench): Promise<Row[]> {
		const stage = await start();
		await placed(stage);
		const walls = async () =>
			(await times(rounds, async () => await placed(stage))).map(({ wallMs }) => wallMs);
		const few = await walls();
		const one = await single(stage);
		const subs = await subExecutions(stage);
		await fillBook(stage);
		const [many, oneOfMany] = [await walls(), await single(stage)];
		const least = (ORDERS / CONCURRENCY) * LATENCY_MS;
		const more = few.map((wall) => (wall - least) / ORDERS);
		const slower = Math.max(median(many) / median(few), oneOfMany / one);
		note(
			`Order book: ${number(MANY_ROWS)} rows of another account are put into the table in between. Sub-executions are counted by n8n's numbers of executions.`,
		);
		return [
			{
				job: 'placing 1,000 orders, beyond what the panel takes to answer',
				bar: `at most ${MOST_MS} ms an order`,
				measured: `${withSpread(more, 'ms')} an order`,
				httpRequest: '',
				pass: median(more) <= MOST_MS,
			},
			{
				job: 'placing 1,000 orders at 100 a second: sub-executions for the order book',
				bar: `fewer than ${MOST_SUB_EXECUTIONS}`,
				measured: String(subs),
				httpRequest: '',
				pass: subs < MOST_SUB_EXECUTIONS,
			},
			{
				job: `the same with ${number(MANY_ROWS)} rows in the book`,
				bar: `at most ${MOST_TIMES} times`,
				measured: `1,000 orders ${number(median(many))} ms instead of ${number(median(few))}, one order ${number(oneOfMany)} instead of ${number(one)}`,
				httpRequest: '',
				pass: slower <= MOST_TIMES,
			},
		];
	},
};
