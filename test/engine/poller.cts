/**
 * A polling trigger in n8n's own poll context, and what n8n does around it: when static data are saved and when they
 * are not, restarts, overlapping polls, durable cursors, the poll budget.
 */
import './environment.cts';
import { AsyncLocalStorage } from 'node:async_hooks';
import { isDeepStrictEqual } from 'node:util';
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
import { additionalDataFor } from './surroundings.cts';

export interface PollerOptions {
	parameters: IDataObject;
	credentials: PanelCredential | null;
	/** By type: more than the panel's. */
	moreCredentials?: Record<string, CredentialData>;
	/** Durable cursors: state is a copy for each poll, kept only with the execution it starts. */
	durable?: boolean;
	/** Milliseconds that a poll may take; n8n says five minutes, or 36 seconds with durable cursors. */
	budgetMs?: number;
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

const NAME = 'SMM Panel Trigger';
const TYPE = fullName('smmPanelTrigger');

export const createPoller = (options: PollerOptions): Poller => new PolledNode(options);

class PolledNode implements Poller {
	readonly executions: INodeExecutionData[][] = [];
	readonly errors: Error[] = [];
	private readonly credentials: Record<string, CredentialData>;
	private readonly database: PollDatabase;
	private parameters: IDataObject;
	private workflow: Workflow;

	constructor(private readonly options: PollerOptions) {
		this.credentials = {
			...(options.credentials && { smmPanelApi: { ...options.credentials } }),
			...options.moreCredentials,
		};
		this.parameters = options.parameters;
		this.database = new PollDatabase(`node:${NAME}`, options.saved);
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
		return (await nodeTypeNamed(TYPE).poll?.call(context))?.flat() ?? null;
	};

	restart = async (): Promise<Polled> => {
		forgetUnsaved();
		return await this.activate('init');
	};

	change = async (parameters: IDataObject): Promise<Polled> => {
		this.parameters = parameters;
		return await this.activate('update');
	};

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
			const { poll } = nodeTypeNamed(TYPE);
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
		return new PollContext(
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
			budgetMs === undefined ? undefined : () => budgetMs,
		);
	}

	private nodeOf = (loaded: Workflow): INode => loaded.getNode(NAME) as INode;

	private json(): WorkflowJson {
		const node: INode = {
			id: 'trigger-1',
			name: NAME,
			type: TYPE,
			typeVersion: nodeTypeNamed(TYPE).description.version as number,
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

interface Staged {
	snapshot: IDataObject;
	seed: IDataObject;
}

const copy = <T,>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Static data and, with durable cursors, the node's cursor, as n8n's database has them. */
class PollDatabase {
	private readonly staging = new AsyncLocalStorage<Staged>();

	constructor(
		private readonly nodeKey: string,
		public text = '{}',
	) {}

	read = (): IDataObject => JSON.parse(this.text) as IDataObject;

	cursor = (): IDataObject => (this.read()[this.nodeKey] ?? {}) as IDataObject;

	/** Saves what n8n has noticed to be changed, and nothing else. */
	save({ staticData }: Workflow): void {
		if (staticData.__dataChanged !== true) return;
		this.text = JSON.stringify(staticData);
		staticData.__dataChanged = false;
	}

	saveCursor(cursor: IDataObject): void {
		this.text = JSON.stringify({ ...this.read(), [this.nodeKey]: cursor });
	}

	/** A poll whose cursor is a copy until it is taken. */
	stage = async <T,>(poll: () => Promise<T>): Promise<T> =>
		await this.staging.run({ snapshot: copy(this.cursor()), seed: this.cursor() }, poll);

	staged = (): IDataObject => (this.staging.getStore() as Staged).snapshot;

	/** Null: the poll has changed nothing. */
	takeStaged(): IDataObject | null {
		const staged = this.staging.getStore();
		if (!staged || isDeepStrictEqual(staged.snapshot, staged.seed)) return null;
		staged.seed = copy(staged.snapshot);
		return staged.seed;
	}
}
