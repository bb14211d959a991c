/** Wait Until Finished in n8n's engine: an execution that rests and is resumed, on a clock of the test's own. */
import type { IDataObject, INode } from 'n8n-workflow';
import {
	itemsOf,
	NODE,
	runWorkflow,
	workflowAround,
	type WorkflowJson,
	type WorkflowRun,
} from './engine.cts';
import { referencesTo } from './credentials.cts';
import { addNodeType } from './nodeTypes.cts';
import type { TestBook } from './orderBook.cts';
import { KEY, panelRuns, type PanelRun } from './panelRun.cts';
import { skippableClock } from './skippableClock.cts';

addNodeType('test.text', {
	async execute() {
		const items = this.getInputData();
		return [items.map((_, at) => ({ json: { text: this.getNodeParameter('text', at) }, pairedItem: at }))];
	},
});

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export interface Waiting {
	items?: IDataObject[];
	parameters?: IDataObject;
	node?: Partial<INode>;
	/** What *Not Yet* leads to; default: back to the node. */
	notYet?: string;
	book?: TestBook;
	workflowId?: string;
	stepOf?: string;
	/** The workflow's. */
	settings?: WorkflowJson['settings'];
}

export interface Waited {
	run: WorkflowRun;
	/** How many times the execution rested, and for how many minutes. */
	rests: number[];
	executionId: string;
}

interface Begun {
	state?: string;
	executionId?: string;
}

const type = 'main' as const;

/** What *Finished* gave. */
export const finished = (run: WorkflowRun) => run.outputsOf(NODE)[1] ?? [];

export const waitTill = ({ run }: WorkflowRun): number | undefined =>
	run.waitTill ? new Date(run.waitTill).getTime() : undefined;

/** A panel of its own for each test. */
export class WaitingRuns {
	/** Lets time pass, for the node. */
	readonly skip = skippableClock();
	private panelRun?: PanelRun;
	private executions = 0;

	begin(panelRun: PanelRun): void {
		this.panelRun = panelRun;
	}

	private get here(): PanelRun {
		if (this.panelRun === undefined) throw new Error('No test has begun');
		return this.panelRun;
	}

	get panel(): PanelRun['panel'] {
		return this.here.panel;
	}

	get credential() {
		return { apiUrl: this.panel.url, apiKey: KEY };
	}

	asked = (action: string): number => this.here.asked(action);

	/** Input → the node, whose first output leads back to it → Done → Told. */
	workflow({ parameters = {}, node = {}, notYet = NODE, workflowId, settings }: Waiting): WorkflowJson {
		const json = workflowAround({
			credentials: this.credential,
			parameters: {
				resource: 'order',
				operation: 'waitUntilFinished',
				orderIds: '={{ $json.order }}',
				...parameters,
			},
			workflowId,
		});
		const plain = json.nodes.find(({ name }) => name === 'Done') as INode;
		const nodes = json.nodes.map((one) => (one.name === NODE ? { ...one, ...node } : one));
		const reading: INode = {
			...plain,
			id: 'Told',
			name: 'Told',
			type: 'test.text',
			parameters: { text: "={{ $('Input').item.json.order }}" },
			credentials: referencesTo({ smmPanelApi: {} }),
		};
		const back = (name: string) => ({ main: [[{ node: name, type, index: 0 }]] });
		return {
			...json,
			settings,
			nodes: [...nodes, reading],
			connections: {
				...json.connections,
				Done: back('Told'),
				[NODE]: {
					main: [
						notYet === '' ? [] : [{ node: notYet, type, index: 0 }],
						[{ node: 'Done', type, index: 0 }],
						[{ node: 'Failed', type, index: 0 }],
					],
				},
				...(notYet !== NODE && notYet !== '' && { [notYet]: back(NODE) }),
			},
		};
	}

	start = async (
		waiting: Waiting,
		{ state, executionId = `wait-${++this.executions}` }: Begun = {},
	): Promise<{ run: WorkflowRun; executionId: string }> => {
		const run = await runWorkflow(this.workflow(waiting), itemsOf(waiting.items ?? []), {
			credentials: { smmPanelApi: this.credential },
			executionId,
			executionState: state,
			book: waiting.book,
			stepOf: waiting.stepOf,
		});
		expect(run.state).not.toContain(KEY);
		return { run, executionId };
	};

	/** Runs until the execution ends; `between` acts while it rests, before the given rest is over. */
	runToEnd = async (
		waiting: Waiting,
		between: (rest: number) => void | Promise<void> = () => undefined,
		{ most = 60, ...begun }: Begun & { most?: number } = {},
	): Promise<Waited> => {
		let { run, executionId } = await this.start(waiting, begun);
		const rests: number[] = [];
		for (let till = waitTill(run); till !== undefined; till = waitTill(run)) {
			rests.push((till - Date.now()) / MINUTE);
			if (rests.length > most) throw new Error(`Still waiting after ${most} rests`);
			await between(rests.length);
			this.skip(till - Date.now());
			({ run } = await this.start(waiting, { state: run.state, executionId }));
		}
		return { run, rests, executionId };
	};
}

/** For a test file: each of its tests has a panel of its own. */
export function waitingRuns(): WaitingRuns {
	const panels = panelRuns();
	const waits = new WaitingRuns();
	beforeEach(async () => waits.begin(await panels.panelRun({ services: 2 })));
	afterAll(panels.stopAll);
	return waits;
}
