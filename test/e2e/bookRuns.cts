import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import type { OrderRecord } from '../panel/ledger.cts';
import type { Row } from '../sandbox/dataTables.cts';
import { jsonOf } from '../sandbox/executions.cts';
import { RestError } from '../sandbox/rest.cts';
import {
	call,
	called,
	chain,
	code,
	node,
	panelNode,
	webhook,
	workflow,
	type Link,
	type NodeExtras,
} from '../sandbox/workflow.cts';
import type { N8nFixture } from './n8nFixture.cts';
import { LINK, orderOf } from './orders.cts';
import { until } from '../sandbox/until.cts';

/** Workflows that order from a webhook, and what the panel's ledger and the book say of them. */

export interface Line {
	link: string;
	quantity: number;
}

export const SHAPES = ['items', 'mass', 'loop', 'child'] as const;

export interface RunOptions {
	/** Also the path of the webhook. */
	name: string;
	/** An item an order, a text with a line an order, a loop of three rounds, or a sub-workflow that is tried anew. */
	shape: (typeof SHAPES)[number];
	concurrency: number;
	extras?: NodeExtras;
	/** Seconds. */
	timeOut?: number;
}

/** Of sixty lines some are equal, and many have their link in common. */
export const linesOf = (name: string, count: number): Line[] =>
	Array.from({ length: count }, (_, at) => ({
		link: `${LINK}/${name}/${at % 25}`,
		quantity: 100 + 10 * (Math.floor(at / 25) % 2),
	}));

/** The lines stand in the parameters, so that a Retry with the current workflow reads what stands there then. */
function placingNodes(stand: N8nFixture, lines: readonly Line[], options: RunOptions): INode[] {
	const { shape, concurrency, extras } = options;
	const cell = (name: keyof Line) => `={{ ${JSON.stringify(lines)}[$json.at].${name} }}`;
	const orders = lines.map(({ link, quantity }) => `1 | ${link} | ${quantity}`).join('\n');
	const isMass = shape === 'mass';
	const order: INodeParameters = isMass
		? { resource: 'order', operation: 'createMass', orders }
		: orderOf(cell('quantity'), cell('link'));
	const rows = `return Array.from({ length: ${isMass ? 1 : lines.length} }, (_, at) => ({ json: { at } }));`;
	return [
		code('Rows', rows),
		panelNode('Panel', { ...order, options: { concurrency } }, stand.credential, extras),
	];
}

async function nodesOf(stand: N8nFixture, lines: readonly Line[], options: RunOptions) {
	const { name, shape } = options;
	const hook = webhook(name);
	const placing = placingNodes(stand, lines, options);
	if (shape === 'loop') {
		const loop = node('Loop', 'splitInBatches', { batchSize: 20, options: {} }, { typeVersion: 3 });
		const connected: Link[] = [
			['Loop', 'Panel', 1],
			['Panel', 'Loop'],
			...chain([hook, placing[0] as INode, loop]),
		];
		return { nodes: [hook, ...placing, loop], connected };
	}
	if (shape !== 'child') return { nodes: [hook, ...placing] };
	const child = await stand.api.publish(workflow(name, [called(), ...placing]));
	const retried = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
	return { nodes: [hook, call('Call', child, retried)] };
}

export async function createRun(stand: N8nFixture, lines: Line[], options: RunOptions) {
	const { name, timeOut = -1 } = options;
	const versions = [lines];
	const { nodes, connected } = await nodesOf(stand, lines, options);
	const json = workflow(name, nodes, connected);
	const settings = { ...json.settings, executionTimeout: timeOut };
	const id = await stand.api.publish({ ...json, settings });
	const isOwn = (link: unknown) => String(link).startsWith(`${LINK}/${name}/`);
	const paid = () => stand.panel.orders().filter(({ fields }) => isOwn(fields.link));
	const rows = async () => (await stand.api.rowsOf('SMM Panel Orders')).filter(({ link }) => isOwn(link));
	/** The newest of the workflow's own; n8n lists what the book does under its name, too, until it has ended. */
	const newest = async () =>
		(await stand.api.executions(id)).find(({ mode }) => mode !== 'integrated')?.id ?? '';
	/** Resolves the newest execution when all have ended. */
	async function settled(): Promise<string> {
		const goesOn = async () =>
			(await stand.api.executions(id)).some(({ status }) => /new|running/.test(status));
		await until(async () => !(await goesOn()), 'The end of all executions', 120_000);
		return await newest();
	}
	return {
		id,
		paid,
		settled,
		/** Calls the webhook and resolves the execution when `sent` orders were sent. */
		async start(sent: number): Promise<string> {
			await stand.api.callWebhook(name, {});
			while (paid().length < sent) await sleep(5);
			return await newest();
		},
		/** n8n refuses the Retry of what has succeeded, and answers that of a canceled one with an error. */
		async retry(execution: string): Promise<string> {
			await stand.api.retryExecution(execution, versions.length > 1).catch((error) => {
				if (!(error instanceof RestError)) throw error;
			});
			return await settled();
		},
		/** From now on retries read these lines, and have the time they need. */
		async change(now: Line[]): Promise<void> {
			versions.push(now);
			const { nodes: changed } = workflow(name, (await nodesOf(stand, now, options)).nodes);
			await stand.api.updateWorkflow(id, {
				nodes: changed,
				settings: { ...settings, executionTimeout: 3600 },
			});
		},
		/** What is wrong, a list for each kind, and of how many orders nobody knows. */
		async judged() {
			const waiting = async () => (await rows()).filter(({ state }) => state === 'waiting');
			await until(async () => (await waiting()).length === 0, 'No row waits', 15_000).catch(() => undefined);
			return judge(paid(), await rows(), versions, await toldBy(stand, id));
		},
	};
}

/** Of each execution the items that name an order. Of one that was killed n8n may have stored nothing. */
async function toldBy(stand: N8nFixture, workflowId: string): Promise<IDataObject[][]> {
	const all = await stand.api.executions(workflowId);
	const stored = await Promise.all(
		all.map(async ({ id }) => await stand.api.execution(id).catch(() => undefined)),
	);
	return stored.map((one) => (one ? jsonOf(one, 'Panel').filter(({ order }) => order !== undefined) : []));
}

type Content = { link?: unknown; quantity?: unknown; order?: unknown };
const key = ({ link, quantity }: Content) => `${String(link)} ${String(quantity)}`;
const linkOf = ({ link }: Content) => String(link);

function countBy<T>(all: readonly T[], by: (one: T) => string): Map<string, number> {
	const counts = new Map<string, number>();
	for (const one of all) counts.set(by(one), (counts.get(by(one)) ?? 0) + 1);
	return counts;
}

function judge(paid: OrderRecord[], rows: Row[], versions: Line[][], told: IDataObject[][]) {
	/** More than any version asks for, of a link or of a link and quantity. */
	const tooMany = (by: (one: Content) => string) => {
		const asked = versions.map((lines) => countBy(lines, by));
		const most = (one: string) => Math.max(...asked.map((count) => count.get(one) ?? 0));
		return [...countBy(paid, ({ fields }) => by(fields))].filter(([one, count]) => count > most(one));
	};
	const contentOf = new Map(paid.map(({ id, fields }) => [String(id), key(fields)]));
	const isOther = (one: Content) => contentOf.get(String(one.order)) !== key(one);
	const placed = rows.filter(({ state }) => state === 'placed');
	const unknown = rows.filter(({ state }) => state === 'unknown' || state === 'sending');
	const booked = new Set(placed.map(({ order }) => String(order)));
	const open = countBy(unknown, key);
	const lost = paid.filter(({ id, fields }) => {
		if (booked.has(String(id))) return false;
		const left = (open.get(key(fields)) ?? 0) - 1;
		open.set(key(fields), left);
		return left < 0;
	});
	const orderIds = told.map((items) => countBy(items, ({ order }) => String(order)));
	return {
		twice: [...tooMany(linkOf), ...tooMany(key)],
		lost: lost.map(({ id, fields }) => `${id} ${key(fields)}`),
		wrongId: [
			...[...placed, ...told.flat()].filter(isOther),
			...orderIds.flatMap((ids) => [...ids].filter(([, count]) => count > 1)),
		],
		waiting: rows.filter(({ state }) => state === 'waiting').map(key),
		unknown: unknown.map((row) => `${key(row)} ${String(row.note)}`),
		paid: paid.length,
		told: told.flat().length,
	};
}
