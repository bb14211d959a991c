/** Loads what version 0.1.0 has stored (test/fixtures), as n8n hands it to the node after an update. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRunExecutionData, type IDataObject } from 'n8n-workflow';
import type { DevPanel } from '../panel/server.cts';
import { INPUT, itemsOf, NODE, workflowAround, type NodeOptions } from './engine.cts';

/** The panel's address when the fixtures were written. */
const WRITTEN_AT = 'http://127.0.0.1:24816/api/v2';

export const MODES = ['default', 'durable'] as const;
/** How n8n keeps a trigger's data: as static data, or as a cursor. */
export type Mode = (typeof MODES)[number];

/** A trigger as it was set up, and what n8n had stored of it. */
export interface StoredTrigger {
	parameters: IDataObject;
	staticData: Record<Mode, IDataObject>;
}

/** A node whose execution failed, and what n8n had stored of it. */
export interface StoredRun {
	parameters: IDataObject;
	items: IDataObject[];
	onError?: NodeOptions['onError'];
	contextData: IDataObject;
	deduplication?: unknown;
}

/** A file of test/fixtures/0.1.0. */
export const stored = <T,>(name: string): T =>
	JSON.parse(readFileSync(join(__dirname, '..', 'fixtures', '0.1.0', `${name}.json`), 'utf8')) as T;

/** For a poller's `saved`: the trigger had watched this panel. */
export const savedFor = (panel: DevPanel, { staticData }: StoredTrigger, mode: Mode): string =>
	JSON.stringify(staticData[mode]).replaceAll(WRITTEN_AT, panel.url);

/** For `executionState`: an execution as n8n retries it, at the node's turn and with its context. */
export function executionWith(node: NodeOptions, contextData: IDataObject): string {
	const turn = workflowAround(node).nodes.find(({ name }) => name === NODE);
	if (!turn) throw new Error('The workflow lost its node');
	return JSON.stringify(
		createRunExecutionData({
			executionData: {
				contextData: contextData as never,
				nodeExecutionStack: [
					{
						node: turn,
						data: { main: [itemsOf(node.items ?? [])] },
						source: { main: [{ previousNode: INPUT }] },
					},
				],
			},
		}),
	);
}
