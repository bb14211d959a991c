/**
 * Nodes of the benchmark's own, installed beside the package in n8n: one that reads what n8n's process has spent, and
 * one that asks n8n's helpers for what placing orders needs, and nothing else.
 */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import type {
	IDataObject,
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeExecutionData,
	INodeListSearchResult,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { placingFields } from '../../nodes/SmmPanel/actions/order/placing/fields';

const describe = (
	name: string,
	properties: INodeProperties[],
	more: Partial<INodeTypeDescription> = {},
): INodeTypeDescription => ({
	displayName: name,
	name,
	group: ['transform'],
	version: 1,
	description: 'Part of the benchmark of n8n-nodes-smm-panel',
	defaults: { name },
	inputs: ['main'],
	outputs: ['main'],
	properties,
	...more,
});

const property = (name: string, type: INodeProperties['type']): INodeProperties => ({
	displayName: name,
	name,
	type,
	default: '',
});

interface Start {
	cpu: NodeJS.CpuUsage;
	at: number;
	profiler?: Session;
}

/** Where `--profile` wants to have CPU profiles. */
const PROFILES = process.env.SMM_PANEL_BENCH_PROFILES;

async function startProfile(): Promise<Session> {
	const session = new Session();
	session.connect();
	await session.post('Profiler.enable');
	await session.post('Profiler.start');
	return session;
}

async function writeProfile(session: Session, name: string): Promise<void> {
	const { profile } = await session.post('Profiler.stop');
	session.disconnect();
	writeFileSync(`${PROFILES}/${name.replace(/\W+/g, '-')}-${Date.now()}.cpuprofile`, JSON.stringify(profile));
}

const started = new Map<string, Start>();

/** What the second probe tells. */
export interface Spent {
	execution: string;
	cpuMs: number;
	wallMs: number;
	items: number;
	failed: number;
}

/** Starts to count, and hands its items on; a second one in the same execution tells what was spent since. */
export class Probe implements INodeType {
	description = describe('probe', [property('tell', 'string')]);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const execution = this.getExecutionId();
		const first = started.get(execution);
		if (first === undefined) {
			const profiler = PROFILES === undefined ? undefined : await startProfile();
			started.set(execution, { cpu: process.cpuUsage(), at: performance.now(), profiler });
			return [this.getInputData()];
		}
		const { user, system } = process.cpuUsage(first.cpu);
		const wallMs = performance.now() - first.at;
		started.delete(execution);
		if (first.profiler) await writeProfile(first.profiler, this.getWorkflow().name ?? '');
		const items = this.getInputData();
		const failed = items.filter(({ json, error }) => error !== undefined || json.error !== undefined).length;
		const spent: Spent = { execution, cpuMs: (user + system) / 1000, wallMs, items: items.length, failed };
		const tell = this.getNodeParameter('tell', 0) as string;
		await fetch(tell, { method: 'POST', body: JSON.stringify(spent) });
		return [[{ json: { ...spent } }]];
	}
}

interface Order {
	service: string;
	fields: IDataObject;
	options: { idempotencyKey: string; concurrency: number };
}

/** The calls into n8n that placing an order cannot do without, with the same parameters and as many at a time. */
export class Helpers implements INodeType {
	description = describe('helpers', [...placingFields, property('apiUrl', 'string')], {
		credentials: [{ name: 'smmPanelApi', required: true }],
	});

	methods = {
		listSearch: {
			/** What n8n itself needs to ask a node for a list. */
			async nothing(this: ILoadOptionsFunctions): Promise<INodeListSearchResult> {
				await this.getCredentials('smmPanelApi');
				return { results: [] };
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const apiUrl = this.getNodeParameter('apiUrl', 0) as string;
		const orders = this.getInputData().map(
			(_, item): Order => ({
				options: this.getNodeParameter('options', item, {}) as Order['options'],
				service: this.getNodeParameter('serviceId', item, '', { extractValue: true }) as string,
				fields: (this.getNodeParameter('orderFields', item, {}) as { value: IDataObject }).value,
			}),
		);
		const output: INodeExecutionData[] = [];
		let next = 0;
		let line: Promise<unknown> = Promise.resolve();
		// n8n's record of keys is read and written as a whole: one at a time, or keys are lost
		const record = async (key: string) => {
			const mine = line.then(
				async () =>
					await this.helpers.checkProcessedAndRecord([key], 'node', { mode: 'entries', maxEntries: 50_000 }),
			);
			line = mine;
			await mine;
		};
		const worker = async () => {
			for (let item = next++; item < orders.length; item = next++) {
				const { service, fields, options } = orders[item] as Order;
				await record(String(options.idempotencyKey));
				const response = (await this.helpers.httpRequestWithAuthentication.call(this, 'smmPanelApi', {
					method: 'POST',
					url: apiUrl,
					headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
					body: { ...fields, service, action: 'add' },
					timeout: 60_000,
					encoding: 'text',
					returnFullResponse: true,
					ignoreHttpStatusErrors: true,
					disableFollowRedirect: true,
				})) as { body: string };
				output[item] = { json: JSON.parse(response.body) as IDataObject, pairedItem: { item } };
			}
		};
		await Promise.all(Array.from({ length: orders[0]?.options.concurrency ?? 1 }, worker));
		return [output];
	}
}
