/** What the order book costs in real n8n: a thousand orders, single ones, and the same with many rows in it. */
import { newRow, toCells } from '../../nodes/SmmPanel/book/rows';
import { byId, node, placing } from '../sandbox/workflow.cts';
import type { Row as TableRow } from '../sandbox/dataTables.cts';
import { times, type Bench, type Job, type Row } from './job.cts';
import type { Spent } from './probeNodes.cts';
import { LATENCY_MS, type Stage } from './stage.cts';
import { median, number } from './stats.cts';
import { httpRequest, testedPanelNode } from './workflows.cts';

const ORDERS = 1000;
const CONCURRENCY = 20;
const SINGLE = 30;
const MANY_ROWS = Number(process.env.SMM_ROWS ?? 200_000);
const ROWS_AT_ONCE = 1000;
const MOST_MS = 2;
const MOST_SUB_EXECUTIONS = 20;
const MOST_TIMES = { one: 3, thousand: 1.5, byHand: 1.3 };

let runs = 0;

const serviceOf = ({ panel }: Stage): string =>
	String(panel.services().find(({ type }) => type === 'Default')?.id);

/** Orders for links and, if at all, with keys that no run before has had. */
async function placed(
	stage: Stage,
	count = ORDERS,
	{ concurrency = CONCURRENCY, isKeyed = false } = {},
): Promise<Spent> {
	const name = `book-${runs++}`;
	const parameters = {
		...placing(serviceOf(stage), { link: '={{ $json.link }}', quantity: '100' }),
		options: { ...(isKeyed && { idempotencyKey: '={{ $json.row }}' }), concurrency },
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

/** What people build without the package: ask for the balance, order, write a row. */
async function byHand(stage: Stage): Promise<Spent> {
	const { api, panel, credential } = stage;
	const link = `https://example.com/p/hand-${runs++}`;
	const table = 'Orders by hand';
	const columns = ['order', 'link'].map((name) => ({ name, type: 'string' as const }));
	const { id } = (await api.dataTable(table)) ?? (await api.createDataTable(table, columns));
	const add = { action: 'add', service: serviceOf(stage), link, quantity: '100' };
	const value = { order: '={{ String($json.order) }}', link };
	const row = {
		resource: 'row',
		operation: 'insert',
		dataTableId: byId(id),
		columns: { mappingMode: 'defineBelow', value },
		options: {},
	};
	return await stage.measure({
		name: 'by-hand',
		items: '[{}]',
		node: [
			{ ...httpRequest({ panel, credential }, { action: 'balance' }), name: 'Balance', id: 'balance' },
			httpRequest({ panel, credential }, add),
			node('Write', 'dataTable', row, { typeVersion: 1.1 }),
		],
	});
}

/** n8n numbers executions in a row, sub-executions among them. At 50 ms a reply, a hundred orders a second. */
async function subExecutions(stage: Stage): Promise<number> {
	const { execution } = await placed(stage, ORDERS, { concurrency: 5 });
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

const wallsOf = async (count: number, work: () => Promise<Spent>): Promise<number[]> =>
	(await times(count, work)).map(({ wallMs }) => wallMs);

/** Medians. */
async function walls(stage: Stage, rounds: number) {
	return {
		one: median(await wallsOf(SINGLE, async () => await placed(stage, 1))),
		thousand: median(await wallsOf(rounds, async () => await placed(stage))),
		keyed: median(await wallsOf(rounds, async () => await placed(stage, ORDERS, { isKeyed: true }))),
	};
}

export const book: Job = {
	name: 'book',
	async run({ runs: rounds, stage: start, note }: Bench): Promise<Row[]> {
		const stage = await start();
		await placed(stage);
		await byHand(stage);
		const few = await walls(stage, rounds);
		const hand = median(await wallsOf(SINGLE, async () => await byHand(stage)));
		const subs = await subExecutions(stage);
		await fillBook(stage);
		const many = await walls(stage, rounds);
		const more = (few.thousand - (ORDERS / CONCURRENCY) * LATENCY_MS) / ORDERS;
		note(
			`Order book: ${number(MANY_ROWS)} rows of another account are put into the table in between. Sub-executions are counted by n8n's numbers of executions.`,
		);
		const row = (job: string, bar: string, measured: string, pass: boolean, httpRequest = ''): Row => ({
			...{ job, bar, measured, httpRequest, pass },
		});
		const slower = (name: keyof typeof few, what: string, most: number): Row =>
			row(
				`placing ${what} with ${number(MANY_ROWS)} rows in the book`,
				`at most ${most} times`,
				`${number(many[name])} ms instead of ${number(few[name])}, ${number(many[name] / few[name])} times`,
				many[name] <= most * few[name],
			);
		return [
			row(
				'placing one order in an execution of its own',
				`at most ${MOST_TIMES.byHand} times as long as asking for the balance, ordering and writing a row by hand`,
				`${number(few.one)} ms, ${number(few.one / hand)} times`,
				few.one <= MOST_TIMES.byHand * hand,
				`${number(hand)} ms`,
			),
			row(
				'placing 1,000 orders, beyond what the panel takes to answer',
				`at most ${MOST_MS} ms an order`,
				`${number(more)} ms an order`,
				more <= MOST_MS,
			),
			row(
				'placing 1,000 orders at 100 a second: sub-executions for the order book',
				`fewer than ${MOST_SUB_EXECUTIONS}`,
				String(subs),
				subs < MOST_SUB_EXECUTIONS,
			),
			slower('one', 'one order', MOST_TIMES.one),
			slower('thousand', '1,000 orders', MOST_TIMES.thousand),
			slower('keyed', '1,000 orders with keys', MOST_TIMES.thousand),
		];
	},
};
