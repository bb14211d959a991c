/**
 * A polling trigger in n8n's own poll context, and what n8n does around it: when static data are saved and when they
 * are not, restarts, overlapping polls, durable cursors, the poll budget.
 */
import './environment.cts';
import { commitStagedCursor, PollContext, runPollInStagingScope } from 'n8n-core';
import {
	Workflow,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type WorkflowActivateMode,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import { forgetUnsaved } from '../../nodes/SmmPanel/trigger/quirks';
import { referencesTo, type CredentialData } from './credentials.cts';
import type { PanelCredential, WorkflowJson } from './engine.cts';
import { fullName, nodeTypeNamed, nodeTypesThat } from './nodeTypes.cts';
import { copy, PollDatabase } from './pollDatabase.cts';
import { additionalDataFor } from './surroundings.cts';

export interface PollerOptions {
	/** `smmPanelTrigger`, or any type of `nodeTypes.cts`. */
	node?: string;
	parameters: IDataObject;
	credentials: PanelCredential | null;
	/** By type: more than the panel's. */
	moreCredentials?: Record<string, CredentialData>;
	/** Durable cursors: state is a copy for each poll, kept only with the execution it starts. */
	durable?: boolean;
	/** Milliseconds that a poll may take; n8n says five minutes, or 36 seconds with durable cursors. */
	budgetMs?: number;
	/** null: an n8n that knows no budget. */
	getBudget?: () => number;
	nodeName?: string;
	/** What n8n's database holds at the start. */
	saved?: string;
}

export type Polled = INodeExecutionData[] | null;

export interface Poller {
	/** Switches the workflow on: one poll, whose error keeps it off. Null: nothing to start. */
	activate(how?: WorkflowActivateMode): Promise<Polled>;
	/** One poll as the schedule starts it; rejects with the error of which n8n makes a failed execution. */
	poll(): Promise<Polled>;
	/** The editor's Fetch Test Event. */
	fetchTestEvent(): Promise<Polled>;
	/** n8n stops and starts: only what was saved is left. Activates again. */
	restart(): Promise<Polled>;
	/** The workflow is saved with other parameters, and activated anew. */
	change(parameters: IDataObject): Promise<Polled>;
	/** The node's data as the next poll finds them. */
	staticData(): IDataObject;
	/** Whether there is something that n8n would save when it next does. */
	dataChanged(): boolean;
	/** The database's copy of all static data, as text, for `saved`. */
	saved(): string;
	/** Everything that started executions, poll by poll. */
	executions: INodeExecutionData[][];
	errors: Error[];
}

/** A list of IDs that is given is the one to watch. */
const withSource = (parameters: IDataObject): IDataObject =>
	parameters.orderIds === undefined && parameters.refillIds === undefined
		? parameters
		: { source: 'ids', ...parameters };

export const createPoller = (options: PollerOptions): Poller => new PolledNode(options);

class PolledNode implements Poller {
	readonly executions: INodeExecutionData[][] = [];
	readonly errors: Error[] = [];
	private readonly nodeName: string;
	private readonly type: string;
	private readonly credentials: Record<string, CredentialData>;
	private readonly database: PollDatabase;
	private parameters: IDataObject;
	private workflow: Workflow;

	constructor(private readonly options: PollerOptions) {
		this.nodeName = options.nodeName ?? 'SMM Panel Trigger';
		this.type = fullName(options.node ?? 'smmPanelTrigger');
		this.credentials = {
			...(options.credentials && { smmPanelApi: { ...options.credentials } }),
			...options.moreCredentials,
		};
		this.parameters = options.parameters;
		this.database = new PollDatabase(`node:${this.nodeName}`, options.saved);
		this.workflow = this.load();
	}

	activate = async (how: WorkflowActivateMode = 'activate'): Promise<Polled> => {
		this.workflow = this.load();
		const started = await this.tick(how, true);
		if (!this.options.durable) this.database.save(this.workflow);
		return started;
	};

	poll = async (): Promise<Polled> => {
		return await this.tick('update', false).catch((error: unknown) => {
			this.errors.push(error as Error);
			throw error;
		});
	};

	fetchTestEvent = async (): Promise<Polled> => {
		// The editor runs a workflow of its own, made from the database, and saves nothing of it
		const context = this.contextFor(this.load(), 'manual', 'manual', () => {});
		return (await nodeTypeNamed(this.type).poll?.call(context))?.flat() ?? null;
	};

	restart = async (): Promise<Polled> => {
		forgetUnsaved();
		return await this.activate('init');
	};

	change = async (parameters: IDataObject): Promise<Polled> => {
		this.parameters = parameters;
		return await this.activate('update');
	};

	staticData = (): IDataObject => {
		const { workflow, database } = this;
		return copy(
			this.options.durable ? database.cursor() : workflow.getStaticData('node', this.nodeOf(workflow)),
		);
	};

	dataChanged = (): boolean => this.workflow.staticData.__dataChanged === true;

	saved = (): string => this.database.text;

	/** What n8n's executor of poll triggers does, without its tracing. */
	private async tick(activation: WorkflowActivateMode, activating: boolean): Promise<Polled> {
		let started: Polled = null;
		const context = this.contextFor(this.workflow, 'trigger', activation, (data) => {
			const changed = this.database.takeStaged();
			if (changed) this.database.saveCursor(changed);
			else if (!this.options.durable) this.database.save(this.workflow);
			started = data.flat();
			this.executions.push(started);
		});
		await runPollInStagingScope(context, async () => {
			const { poll } = nodeTypeNamed(this.type);
			const data = (await poll?.call(context)) ?? null;
			if (data !== null) context.__emit(data);
			else if (!activating) await commitStagedCursor(context);
		});
		return started;
	}

	private contextFor(
		workflow: Workflow,
		mode: WorkflowExecuteMode,
		activation: WorkflowActivateMode,
		emit: (data: INodeExecutionData[][]) => void,
	) {
		const { database, options } = this;
		const node = this.nodeOf(workflow);
		const isStaged = options.durable === true && mode !== 'manual';
		const budgetMs = options.budgetMs ?? (isStaged ? 36_000 : undefined);
		const context = new PollContext(
			workflow,
			node,
			additionalDataFor(this.json(), { credentials: this.credentials, mode }),
			mode,
			activation,
			emit,
			(error) => void this.errors.push(error as Error),
			async () => {
				const changed = database.takeStaged();
				if (changed) database.saveCursor(changed);
			},
			async (poll) => (isStaged ? await database.stage(poll) : await poll()),
			() => (isStaged ? database.staged() : workflow.getStaticData('node', node)),
			options.getBudget ?? (budgetMs === undefined ? undefined : () => budgetMs),
		);
		return context;
	}

	private nodeOf = (loaded: Workflow): INode => loaded.getNode(this.nodeName) as INode;

	private json(): WorkflowJson {
		const node: INode = {
			id: 'trigger-1',
			name: this.nodeName,
			type: this.type,
			typeVersion: nodeTypeNamed(this.type).description.version as number,
			position: [0, 0],
			parameters: copy(withSource(this.parameters)) as INodeParameters,
			credentials: referencesTo(this.credentials),
		};
		return { id: 'workflow-1', name: 'A test', nodes: [node], connections: {} };
	}

	private load(): Workflow {
		const { id = '', name, nodes, connections } = this.json();
		return new Workflow({
			id,
			name,
			nodes,
			connections,
			active: true,
			nodeTypes: nodeTypesThat(() => {}),
			staticData: this.database.read(),
		});
	}
}
