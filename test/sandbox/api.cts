import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
	IConnections,
	INode,
	INodeCredentialsDetails,
	INodeListSearchResult,
	INodeParameters,
	IPinData,
	IWorkflowSettings,
	ResourceMapperFields,
} from 'n8n-workflow';
import { dataTablesApi } from './dataTables.cts';
import { executionsApi, type Execution } from './executions.cts';
import { createSession, RestError, type Session } from './rest.cts';

export interface WorkflowJson {
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IWorkflowSettings;
	active?: boolean;
	pinData?: IPinData;
}

export interface SavedWorkflow extends WorkflowJson {
	id: string;
	versionId: string;
	activeVersionId?: string | null;
}

export interface CredentialJson {
	name: string;
	type: string;
	data: Record<string, unknown>;
}

export interface SavedCredential extends INodeCredentialsDetails {
	id: string;
	type: string;
}

/** What the editor sends when a parameter asks its node for choices. */
export interface ParameterQuestion {
	/** Full name of the node type, `n8n-nodes-smm-panel.smmPanel`. */
	nodeType: string;
	/** The parameter's path, `parameters.serviceId`. */
	path: string;
	method: string;
	parameters: INodeParameters;
	credentials?: Record<string, INodeCredentialsDetails>;
	filter?: string;
}

/** n8n over its REST API, as the editor uses it. */
export function createApi(url: string) {
	const session = createSession(url);
	const executions = executionsApi(session);
	const workflows = workflowsApi(session);
	const webhook = async (path: string, body: unknown): Promise<Response> =>
		await fetch(`${url}/webhook/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
	return {
		url,
		session,
		login: session.login,
		...credentialsApi(session),
		...workflows,
		...executions,
		...questionsApi(session),
		...dataTablesApi(session),

		/** Runs the saved workflow as *Execute workflow* does, from its first trigger to its end. */
		run: async (workflow: SavedWorkflow): Promise<Execution> =>
			await executions.waitForExecution(await workflows.startRun(workflow)),

		/** Calls an active workflow's webhook. */
		webhook,

		/** The same, as soon as n8n knows it, a moment after its workflow is active. Throws if it does not begin. */
		async callWebhook(path: string, body: unknown): Promise<void> {
			for (const started = Date.now(); Date.now() - started < 20_000; await sleep(100)) {
				const { ok, status } = await webhook(path, body);
				if (ok) return;
				if (status !== 404) throw new Error(`The webhook answered with HTTP ${status}`);
			}
			throw new Error('n8n does not know the webhook');
		},
	};
}

export type N8nApi = ReturnType<typeof createApi>;

const credentialsApi = (session: Session) => ({
	createCredential: async (credential: CredentialJson): Promise<SavedCredential> => ({
		...(await session.call<SavedCredential>('POST', '/rest/credentials', credential)),
		type: credential.type,
	}),
	/** For a panel. */
	async connect({ url: apiUrl, key: apiKey }: { url: string; key: string }): Promise<SavedCredential> {
		return await this.createCredential({ name: 'Panel', type: 'smmPanelApi', data: { apiUrl, apiKey } });
	},
	updateCredential: (id: string, credential: CredentialJson) =>
		session.call<SavedCredential>('PATCH', `/rest/credentials/${id}`, credential),
	credentials: () => session.call<SavedCredential[]>('GET', '/rest/credentials'),
	/** As the editor does once it has saved the credential. */
	testCredential: (id: string, credential: CredentialJson) =>
		session.call<{ status: 'OK' | 'Error'; message: string }>('POST', '/rest/credentials/test', {
			credentials: { id, ...credential },
		}),
	/** For the trigger: this n8n's data tables through its public API, with a key that may do nothing else. */
	async createTablesCredential(): Promise<SavedCredential> {
		const { rawApiKey: apiKey } = await session.call<{ rawApiKey: string }>('POST', '/rest/api-keys', {
			// n8n wants each to have a name of its own
			label: `SMM Panel ${randomUUID().slice(0, 8)}`,
			scopes: [
				...['dataTable:list', 'dataTable:read', 'dataTableRow:read'],
				...['dataTableRow:create', 'dataTableRow:update', 'dataTableRow:delete'],
			],
			expiresAt: null,
		});
		const data = { baseUrl: session.url, apiKey };
		return await this.createCredential({ name: 'This n8n', type: 'smmPanelN8nApi', data });
	},
});

const isTrigger = ({ type, disabled }: INode) => !disabled && /trigger$|webhook$/i.test(type);

const workflowsApi = (session: Session) => ({
	workflows: () => session.call<SavedWorkflow[]>('GET', '/rest/workflows'),
	workflow: (id: string) => session.call<SavedWorkflow>('GET', `/rest/workflows/${id}`),
	createWorkflow: (workflow: WorkflowJson) =>
		session.call<SavedWorkflow>('POST', '/rest/workflows', { settings: {}, active: false, ...workflow }),
	updateWorkflow: (id: string, changes: Partial<WorkflowJson>) =>
		session.call<SavedWorkflow>('PATCH', `/rest/workflows/${id}`, changes),

	/** Resolves the execution's ID. */
	async startRun(workflow: SavedWorkflow): Promise<string> {
		const name = workflow.nodes.find(isTrigger)?.name;
		if (name === undefined) throw new Error(`"${workflow.name}" has no trigger to start from.`);
		const answer = await session.call<{ executionId?: string }>(
			'POST',
			`/rest/workflows/${workflow.id}/run`,
			{ triggerToStartFrom: { name } },
		);
		if (answer.executionId === undefined) throw new Error(`n8n did not start it: ${JSON.stringify(answer)}`);
		return answer.executionId;
	},

	/** Activates ("publishes") the version that is saved now. */
	async activate(id: string): Promise<SavedWorkflow> {
		const { versionId } = await this.workflow(id);
		return await session.call<SavedWorkflow>('POST', `/rest/workflows/${id}/activate`, { versionId });
	},
	/** Saves and activates it. Resolves its ID. */
	async publish(workflow: WorkflowJson): Promise<string> {
		const { id } = await this.createWorkflow(workflow);
		await this.activate(id);
		return id;
	},
	deactivate: (id: string) => session.call<SavedWorkflow>('POST', `/rest/workflows/${id}/deactivate`, {}),

	/** Archives first, as n8n demands, which takes it a moment where the workflow was active. */
	async deleteWorkflow(id: string): Promise<void> {
		await session.call('POST', `/rest/workflows/${id}/archive`, {});
		for (let attempt = 0; ; attempt++) {
			try {
				return void (await session.call('DELETE', `/rest/workflows/${id}`));
			} catch (error) {
				if (!(error instanceof RestError) || error.status !== 409 || attempt >= 50) throw error;
				await sleep(200);
			}
		}
	},
});

const questionsApi = (session: Session) => {
	const ask =
		<T,>(endpoint: string) =>
		({ nodeType, method, parameters, ...more }: ParameterQuestion) =>
			session.call<T>('POST', `/rest/dynamic-node-parameters/${endpoint}`, {
				nodeTypeAndVersion: { name: nodeType, version: 1 },
				methodName: method,
				currentNodeParameters: parameters,
				...more,
			});
	return {
		/** A resource locator's list (`searchListMethod`). */
		listSearch: ask<INodeListSearchResult>('resource-locator-results'),
		/** A resource mapper's fields (`resourceMapperMethod`). */
		mapperFields: ask<ResourceMapperFields>('resource-mapper-fields'),
	};
};
