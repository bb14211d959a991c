/** What n8n gives an execution besides its workflow: addresses, credentials, hooks, and an order book. */
import './environment.cts';
import { ExecutionLifecycleHooks } from 'n8n-core';
import type { IWorkflowBase, IWorkflowExecuteAdditionalData, WorkflowExecuteMode } from 'n8n-workflow';
import { TestCredentials, type CredentialData } from './credentials.cts';
import { TABLES_OFF } from './dataTables.cts';
import './deduplication.cts';

/** What n8n gives an execution besides; `orderBook.cts` has one with an order book. */
export type Surroundings = Partial<
	Pick<IWorkflowExecuteAdditionalData, 'executeWorkflow' | 'getRunExecutionData'>
> &
	Record<string, unknown>;

export interface BookSupport {
	surroundings(): Surroundings;
}

export interface SurroundingsOptions {
	/** By type; the nodes name the types they use. */
	credentials?: Record<string, CredentialData>;
	mode?: WorkflowExecuteMode;
	executionId?: string;
	/** Without one, n8n has no data tables. */
	book?: BookSupport;
}

const BASE = 'http://localhost:5678';
let lastExecution = 0;

/** What n8n hands to every execution; the addresses have to be absolute. */
export function additionalDataFor(
	workflow: Pick<IWorkflowBase, 'nodes' | 'connections'>,
	options: SurroundingsOptions,
): IWorkflowExecuteAdditionalData {
	const { mode = 'trigger', executionId = String(++lastExecution), credentials = {} } = options;
	const kinds = [
		'form',
		'formWaiting',
		'formTest',
		'webhook',
		'webhookWaiting',
		'webhookTest',
		'mcp',
		'mcpTest',
	];
	const addresses = ['restApiUrl', 'instanceBaseUrl', ...kinds.map((kind) => `${kind}BaseUrl`)].map(
		(name) => [name, `${BASE}/${name}`],
	);
	return {
		...Object.fromEntries(addresses),
		executionId,
		credentialsHelper: new TestCredentials(credentials),
		hooks: new ExecutionLifecycleHooks(mode, executionId, workflow as IWorkflowBase),
		currentNodeExecutionIndex: 0,
		variables: {},
		executeWorkflow: async () => await Promise.reject(new Error(TABLES_OFF)),
		...options.book?.surroundings(),
	} as unknown as IWorkflowExecuteAdditionalData;
}
