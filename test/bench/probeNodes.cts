/** A node of the benchmark's own, installed beside the package in n8n: it reads what n8n's process has spent. */
import type {
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeExecutionData,
	INodeListSearchResult,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

/** What the second probe tells. */
export interface Spent {
	execution: string;
	cpuMs: number;
	wallMs: number;
	items: number;
	failed: number;
}

const started = new Map<string, { cpu: NodeJS.CpuUsage; at: number }>();

/** Starts to count, and hands its items on; a second one in the same execution tells what was spent since. */
export class Probe implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Probe',
		name: 'probe',
		group: ['transform'],
		version: 1,
		description: 'Part of the benchmark of n8n-nodes-smm-panel',
		defaults: { name: 'Probe' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'smmPanelApi', required: false }],
		properties: [
			{ displayName: 'Tell', name: 'tell', type: 'string', default: '' },
			{
				displayName: 'Service',
				name: 'serviceId',
				type: 'resourceLocator',
				default: { mode: 'list', value: '' },
				modes: [
					{
						displayName: 'From List',
						name: 'list',
						type: 'list',
						typeOptions: { searchListMethod: 'nothing', searchable: true },
					},
				],
			},
		],
	};

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
		const execution = this.getExecutionId();
		const first = started.get(execution);
		if (first === undefined) {
			started.set(execution, { cpu: process.cpuUsage(), at: performance.now() });
			return [this.getInputData()];
		}
		const { user, system } = process.cpuUsage(first.cpu);
		const wallMs = performance.now() - first.at;
		started.delete(execution);
		const items = this.getInputData();
		const failed = items.filter(({ json, error }) => error !== undefined || json.error !== undefined).length;
		const spent: Spent = { execution, cpuMs: (user + system) / 1000, wallMs, items: items.length, failed };
		await fetch(this.getNodeParameter('tell', 0) as string, { method: 'POST', body: JSON.stringify(spent) });
		return [[{ json: { ...spent } }]];
	}
}
