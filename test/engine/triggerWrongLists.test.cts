/** Lists that are wrong for a poll or three: nothing fires twice, nothing is lost, and what can be told is told. */
import { isFinal, spelling } from '../../nodes/SmmPanel/panel/statuses';
import { createRandom, type Random } from '../panel/random.cts';
import type { Poller } from './poller.cts';
import { serverFor, triggerFixture, watchedTable } from './triggerFixture.cts';

const stand = triggerFixture();
const serve = serverFor();

/** More than a page of them. */
const FINISHED = 260;
const OPEN = 30;
const POLLS = 110;
const NEXT = ['In progress', 'Processing', 'Completed', 'Partial', 'Canceled'];

/** What a data table answers in place of its rows, and whether nobody can have meant that. */
const page = (orders: readonly string[]) =>
	JSON.stringify({ data: orders.map((order, at) => ({ id: at + 1, order })), nextCursor: null });
const WRONG: Array<[what: string, isFault: boolean, answer: (list: readonly string[]) => string]> = [
	['no page of rows', true, () => '{"nextCursor":null}'],
	['a page without rows', false, () => page([])],
	['half of its rows', false, (list) => page(list.slice(0, list.length / 2))],
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
	expect(wrong).toBeGreaterThan(10);
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

describe.each([false, true])('with durable cursors: %s', (durable) => {
	test.each(WRONG)(
		'a data table that answers now and then with %s',
		async (_what, isFault, answer) => {
			const { finished, open } = orders();
			const list = [...finished, ...open];
			const { n8n, parameters, more } = await watchedTable(serve, list);
			let wrong = false;
			n8n.before = (_request, response) => {
				if (wrong) response.end(answer(list));
				return wrong;
			};
			const options = { tolerateOutages: 0 };
			const poller = stand.poller({ ...parameters, options }, { durable, ...more });
			if (durable) await poller.poll();
			judge(await run(poller, open, isFault, (now) => (wrong = now)), finished, open);
		},
		120_000,
	);
});
