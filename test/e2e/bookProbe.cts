/** A node of the tests' own that works with the order book's modules inside real n8n, without the package's nodes. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { placeOrders } from '../../nodes/SmmPanel/book/claims';
import type { Order, Outcome } from '../../nodes/SmmPanel/book/claimTypes';
import {
	openCounter,
	orderKeys,
	rootOf,
	sameRunReader,
	userKeyOf,
	type CounterMemory,
	type Place,
} from '../../nodes/SmmPanel/book/identity';
import { executionReader, ownFacts, unavailableHere } from '../../nodes/SmmPanel/book/n8nExecution';
import { inlineRunner } from '../../nodes/SmmPanel/book/inlineRun';
import { newRow } from '../../nodes/SmmPanel/book/rows';
import type { BookStore } from '../../nodes/SmmPanel/book/store';
import { openSubworkflowBook, type WorkflowBook } from '../../nodes/SmmPanel/book/subworkflowStore';

/** Calls of the store, one after the other. */
export interface Script {
	calls: Array<[keyof WorkflowBook, unknown[]]>;
}

/** Orders from the input items {link, quantity, key?}, sent to a ledger by HTTP. */
export interface Placing {
	ledger: string;
	firstWindow?: number;
}

export class Book implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Book',
		name: 'book',
		group: ['transform'],
		version: 1,
		description: 'Part of the tests of n8n-nodes-smm-panel',
		defaults: { name: 'Book' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [{ displayName: 'Job', name: 'job', type: 'json', default: '{}' }],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const job = JSON.parse(this.getNodeParameter('job', 0) as string) as Script & Placing;
		let calls = 0;
		const run = inlineRunner(this);
		const opened = await openSubworkflowBook(
			async (code, items) => (calls++, await run(code, items)),
			this.getWorkflow().id ?? '',
		);
		const unavailable = await unavailableHere(this);
		if (!opened.ok) return [[{ json: { unavailable, problem: opened.problem } as unknown as IDataObject }]];
		if (job.calls !== undefined) {
			const results: unknown[] = [];
			const took: number[] = [];
			const methods = opened.value as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
			for (const [name, args] of job.calls) {
				const startedAt = Date.now();
				results.push(await methods[name]?.(...args));
				took.push(Date.now() - startedAt);
			}
			return [[{ json: { unavailable, results, took, calls } as unknown as IDataObject }]];
		}
		const answers = await place(this, opened.value, job);
		return [answers.map((json, item) => ({ json: { ...json, calls }, pairedItem: { item } }))];
	}
}

function ordersOf(context: IExecuteFunctions, where: Place): Order[] {
	const data = context.getContext('node') as { counter?: CounterMemory };
	const memory = openCounter(data.counter, Number(context.getWorkflowDataProxy(0).$runIndex ?? 0));
	data.counter = memory;
	return context.getInputData().map(({ json }, ref): Order => {
		const link = String(json.link);
		const { rootless, round, ...keys } = orderKeys(where, { service: '1', link, input: json }, memory);
		const userKey = userKeyOf(String(json.key ?? ''), where);
		const row = newRow({
			state: 'waiting',
			service: '1',
			link,
			quantity: 100,
			item: ref,
			run: where.root.run,
			round,
			userKey,
			...keys,
		});
		return { ref, row, ...(rootless && { rootless }) };
	});
}

async function place(
	context: IExecuteFunctions,
	store: BookStore,
	{ ledger, firstWindow }: Placing,
): Promise<IDataObject[]> {
	const read = executionReader(context);
	const root = await rootOf(context.getExecutionId(), ownFacts(context), read);
	const where: Place = {
		root,
		workflowId: context.getWorkflow().id ?? '',
		nodeId: context.getNode().id,
		panel: 'ledger',
	};
	const orders = ordersOf(context, where);
	const answers = await placeOrders(orders, {
		store,
		clock: { now: () => Date.now(), sleep: async (ms) => await sleep(ms) },
		newOwner: () => randomUUID(),
		canceled: () => context.getExecutionCancelSignal()?.aborted ?? false,
		sameRun: sameRunReader(root, read),
		alsoLookAt: [],
		seen: () => undefined,
		send: async (some) =>
			await Promise.all(
				some.map(async ({ ref, row }): Promise<Outcome> => {
					const reply = await fetch(ledger, { method: 'POST', body: row.link });
					return { ref, state: 'placed', cells: { order: await reply.text(), status: 'Pending' } };
				}),
			),
		...(firstWindow !== undefined && { firstWindow }),
	});
	return orders.map(({ ref }) => answers.get(ref) as unknown as IDataObject);
}
