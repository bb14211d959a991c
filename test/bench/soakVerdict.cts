import type { IDataObject } from 'n8n-workflow';
import {
	comparePlacing,
	compareTransitions,
	executionsOf,
	outputOf,
	type TransitionBooks,
} from './soakBooks.cts';
import type { Load } from './soakLoad.cts';
import { trend, type Life, type Sample } from './soakSamples.cts';
import { TRIGGER, type SoakWorkflows } from './soakWorkflows.cts';
import type { Account, World } from './soakWorld.cts';
import { number } from './stats.cts';

export interface Verdict {
	what: string;
	found: string;
	pass: boolean;
}

export interface Soaked {
	world: World;
	workflows: SoakWorkflows;
	load: Load;
	lives: Life[];
	/** At rest, after the last poll. */
	after: Sample;
	/** Orders that were on the table's list from the beginning. */
	watched: Set<string>;
}

const named = (list: string[]): string =>
	list.length === 0 ? '0' : `${list.length}: ${list.slice(0, 5).join('; ')}`;

function held({ lives, after }: Soaked): Verdict[] {
	const last = lives.at(-1) as Life;
	const before = last.before as Sample;
	const memory = trend(last, 'rssMb', 'MB');
	const heap = trend(last, 'heapMb', 'MB');
	const handles = trend(last, 'handles');
	return [
		{
			what: 'memory of n8n (RSS) after the last start, without its first third',
			found: memory.text,
			pass: memory.flat,
		},
		{ what: 'its heap', found: heap.text, pass: heap.flat },
		{ what: 'its file handles', found: handles.text, pass: handles.flat },
		{
			what: 'at rest at the end, beside the rest before the first order of that start',
			found: `${after.handles} file handles (${before.handles}), ${after.timers} timers (${before.timers})`,
			pass: after.handles <= before.handles + 5 && after.timers <= before.timers + 5,
		},
	];
}

async function placed({ world, workflows, load }: Soaked): Promise<Verdict[]> {
	const orders = (await world.panel.control.orders()).filter(({ key }) => key === 'placing');
	const books = comparePlacing(orders, await executionsOf(world.api(), workflows.placing.id));
	const { inOutput, unknown, cutOff } = books;
	return [
		{
			what: 'orders in the panel’s books that an output names',
			found: `${books.orders} orders of ${load.sent.size} rows: ${inOutput} in an output, ${unknown} named unknown, ${cutOff} cut off by a kill and called duplicate when sent again; lost ${named(books.lost)}`,
			pass: books.lost.length === 0 && books.orders > 0,
		},
		{
			what: 'orders in an output that the books do not know',
			found: named(books.invented),
			pass: books.invented.length === 0,
		},
		{
			what: 'idempotency keys with more than one order',
			found: `${named(books.doubled)} (${books.duplicates} times a row was sent again and called duplicate)`,
			pass: books.doubled.length === 0,
		},
	];
}

async function told(soaked: Soaked): Promise<Verdict[]> {
	const { world, workflows, watched } = soaked;
	const items = {} as Record<Account, IDataObject[]>;
	for (const [account, { id }] of Object.entries(workflows.triggers)) {
		const executions = await executionsOf(world.api(), id);
		items[account as Account] = executions.flatMap((execution) => outputOf(execution, TRIGGER));
	}
	const { control } = world.panel;
	const orders = await control.orders();
	const refills = await control.refills();
	const of = (key: Account) => orders.filter((order) => order.key === key);
	const row = (what: string, { expected, emitted, twice, missing }: TransitionBooks): Verdict => ({
		what,
		found: `${emitted} items for ${expected} changes that the panel told; twice ${named(twice)}; missing ${named(missing)}`,
		pass: twice.length === 0 && missing.length === 0 && emitted > 0,
	});
	return [
		row(
			'status changes of placed orders (the order book)',
			compareTransitions(of('placing'), items.placing, 'order', new Set()),
		),
		row(
			'status changes of 300 orders in a data table',
			compareTransitions(of('table'), items.table, 'order', watched),
		),
		row('status changes of refills', compareTransitions(refills, items.refills, 'refill', new Set())),
		balance(items.balance),
		prices(items.services),
	];
}

const balance = (items: IDataObject[]): Verdict => ({
	what: 'balance below its threshold',
	found: `${items.length} items`,
	pass: items.length > 0 && items.every((item) => Number(item.balance) < Number(item.threshold)),
});

/** Each change of a rate starts from where the last one ended: none is left out, none told twice. */
function prices(items: IDataObject[]): Verdict {
	const last = new Map<string, number>();
	const breaks: string[] = [];
	for (const { service, changes } of items) {
		const { rate } = changes as { rate?: { from: number; to: number } };
		if (rate === undefined) continue;
		const known = last.get(String(service));
		if (known !== undefined && known !== rate.from)
			breaks.push(`service ${String(service)}: ${known}, then from ${rate.from}`);
		last.set(String(service), rate.to);
	}
	return {
		what: 'changed prices: each starts where the one before it ended',
		found: `${items.length} items; ${number(breaks.length)} breaks${breaks.length > 0 ? `: ${breaks.slice(0, 3).join('; ')}` : ''}`,
		pass: items.length > 0 && breaks.length === 0,
	};
}

export async function judge(soaked: Soaked): Promise<Verdict[]> {
	return [...held(soaked), ...(await placed(soaked)), ...(await told(soaked))];
}
