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
import { forgetUnsaved } from '../../nodes/SmmPanel/trigger/unsaved';
import { referencesTo, type CredentialData } from './credentials.cts';
import { additionalDataFor, type PanelCredential, type WorkflowJson } from './engine.cts';
import { fullName, nodeTypeNamed, nodeTypesThat } from './nodeTypes.cts';

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
	getBudget?: (() => number) | null;
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

interface Staged {
	snapshot: IDataObject;
	seed: IDataObject;
}

const copy = <T,>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** A list of IDs that is given is the one to watch. */
const withSource = (parameters: IDataObject): IDataObject =>
	parameters.orderIds === undefined && parameters.refillIds === undefined
		? parameters
		: { source: 'ids', ...parameters };

export function createPoller(options: PollerOptions): Poller {
	const { durable = false, nodeName = 'SMM Panel Trigger' } = options;
	const type = fullName(options.node ?? 'smmPanelTrigger');
	const credentials: Record<string, CredentialData> = {
		...(options.credentials && { smmPanelApi: { ...options.credentials } }),
		...options.moreCredentials,
	};
	const executions: INodeExecutionData[][] = [];
	const errors: Error[] = [];
	let { parameters } = options;
	/** Static data and, with durable cursors, the node's cursor, as the database has them. */
	let database = options.saved ?? '{}';
	let workflow = load();

	function json(): WorkflowJson {
		const node: INode = {
			id: 'trigger-1',
			name: nodeName,
			type,
			typeVersion: nodeTypeNamed(type).description.version as number,
			position: [0, 0],
			parameters: copy(withSource(parameters)) as INodeParameters,
			credentials: referencesTo(credentials),
		};
		return { id: 'workflow-1', name: 'A test', nodes: [node], connections: {} };
	}

	function load(): Workflow {
		const { id = '', name, nodes, connections } = json();
		const staticData = JSON.parse(database) as IDataObject;
		return new Workflow({
			id,
			name,
			nodes,
			connections,
			active: true,
			nodeTypes: nodeTypesThat(() => {}),
			staticData,
		});
	}

	const nodeOf = (loaded: Workflow) => loaded.getNode(nodeName) as INode;

	/** Saves what n8n has noticed to be changed, and nothing else. */
	function save(): void {
		if (workflow.staticData.__dataChanged !== true) return;
		database = JSON.stringify(workflow.staticData);
		workflow.staticData.__dataChanged = false;
	}

	function saveCursor(cursor: IDataObject): void {
		database = JSON.stringify({ ...(JSON.parse(database) as IDataObject), [`node:${nodeName}`]: cursor });
	}

	const cursor = () => ((JSON.parse(database) as IDataObject)[`node:${nodeName}`] ?? {}) as IDataObject;
	const staging = new AsyncLocalStorage<Staged>();

	function takeStaged(): IDataObject | null {
		const staged = staging.getStore();
		if (!staged || isDeepStrictEqual(staged.snapshot, staged.seed)) return null;
		staged.seed = copy(staged.snapshot);
		return staged.seed;
	}

	function contextFor(
		workflow: Workflow,
		mode: WorkflowExecuteMode,
		activation: WorkflowActivateMode,
		emit: (data: INodeExecutionData[][]) => void,
	) {
		const additionalData = additionalDataFor(json(), { credentials, mode });
		const node = nodeOf(workflow);
		const ofNode = () => workflow.getStaticData('node', node);
		const staged = durable && mode !== 'manual';
		const budgetMs = options.budgetMs ?? (staged ? 36_000 : undefined);
		const context = new PollContext(
			workflow,
			node,
			additionalData,
			mode,
			activation,
			emit,
			(error) => void errors.push(error as Error),
			async () => {
				const changed = takeStaged();
				if (changed) saveCursor(changed);
			},
			async (poll) =>
				staged ? await staging.run({ snapshot: copy(cursor()), seed: cursor() }, poll) : await poll(),
			() => (staged ? (staging.getStore() as Staged).snapshot : ofNode()),
			options.getBudget ?? (budgetMs === undefined ? undefined : () => budgetMs),
		);
		if (options.getBudget === null) Object.assign(context, { getPollBudgetMs: undefined });
		return context;
	}

	/** What n8n's executor of poll triggers does, without its tracing. */
	async function tick(activation: WorkflowActivateMode, activating: boolean): Promise<Polled> {
		let started: Polled = null;
		const context = contextFor(workflow, 'trigger', activation, (data) => {
			const changed = takeStaged();
			if (changed) saveCursor(changed);
			else if (!durable) save();
			started = data.flat();
			executions.push(started);
		});
		await runPollInStagingScope(context, async () => {
			const { poll } = nodeTypeNamed(type);
			const data = (await poll?.call(context)) ?? null;
			if (data !== null) context.__emit(data);
			else if (!activating) await commitStagedCursor(context);
		});
		return started;
	}

	async function activate(how: WorkflowActivateMode): Promise<Polled> {
		workflow = load();
		const started = await tick(how, true);
		if (!durable) save();
		return started;
	}

	return {
		activate: async (how = 'activate') => await activate(how),
		poll: async () =>
			await tick('update', false).catch((error: unknown) => {
				errors.push(error as Error);
				throw error;
			}),
		async fetchTestEvent() {
			// The editor runs a workflow of its own, made from the database, and saves nothing of it
			const context = contextFor(load(), 'manual', 'manual', () => {});
			return (await nodeTypeNamed(type).poll?.call(context))?.flat() ?? null;
		},
		async restart() {
			forgetUnsaved();
			return await activate('init');
		},
		async change(next) {
			parameters = next;
			return await activate('update');
		},
		staticData: () => copy(durable ? cursor() : workflow.getStaticData('node', nodeOf(workflow))),
		dataChanged: () => workflow.staticData.__dataChanged === true,
		saved: () => database,
		executions,
		errors,
	};
}
