/** The node and a development panel: what tests of single operations share. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { testPanels } from '../panel/client.cts';
import type { DevPanel, PanelOptions } from '../panel/server.cts';
import { runNode, type NodeOptions, type NodeRun } from './engine.cts';
import { bookOf } from './placing.cts';

/** Unlike anything that would be in an output by itself. */
export const KEY = 'k3y-0f-the-t3st-9f8e7d';

type More = Partial<Omit<NodeOptions, 'parameters'>>;

export interface PanelRun {
	panel: DevPanel;
	/** `run('order', 'getStatus', { orderIds: '1' })`; the key must not be in anything that n8n would store of it. */
	run(resource: string, operation: string, parameters?: IDataObject, more?: More): Promise<NodeRun>;
	/** How many requests of an action arrived. */
	asked(action: string): number;
}

export function panelRuns() {
	const { panelWith, stopAll } = testPanels();
	return {
		async panelRun(options: PanelOptions = {}): Promise<PanelRun> {
			const { panel } = await panelWith({
				balance: '100000',
				key: KEY,
				lives: { kind: 'still' },
				...options,
			});
			return {
				panel,
				async run(resource, operation, parameters = {}, more = {}) {
					const credentials = { apiUrl: panel.url, apiKey: KEY };
					const outcome = await runNode({
						credentials,
						parameters: { resource, operation, ...parameters },
						...(resource === 'order' && operation.startsWith('create') && bookOf(panel)),
						...more,
					});
					expect(outcome.state).not.toContain(credentials.apiKey);
					return outcome;
				},
				asked: (action) => panel.counts().byAction[action] ?? 0,
			};
		},
		stopAll,
	};
}

/** The json of items. */
export const jsonOf = (items: INodeExecutionData[] | undefined): IDataObject[] =>
	(items ?? []).map(({ json }) => json);

/** The index of the input item to which each item belongs. */
export const pairsOf = (items: INodeExecutionData[] | undefined): unknown[] =>
	(items ?? []).map(({ pairedItem }) =>
		typeof pairedItem === 'object' && !Array.isArray(pairedItem) ? pairedItem.item : pairedItem,
	);

export const serviceById = (value: string | number): IDataObject => ({ __rl: true, mode: 'id', value });
