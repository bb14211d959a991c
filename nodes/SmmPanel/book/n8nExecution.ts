/** What n8n tells of an execution and keeps with it, and whether it has data tables: the only place that knows where. */
import { sleep, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { BOOK } from '../panel/policies';
import { parseUrl } from '../panel/transport';
import type { ExecutionFacts, ReadExecution } from './identity';
import { attempt, inlineRunner, inlineWorkflow, LIST_TABLES, type RunInline } from './inline';
import type { BookProblem } from './problems';

type Context = Pick<
	IExecuteFunctions,
	| 'getWorkflowDataProxy'
	| 'getExecutionContext'
	| 'getExecutionDataById'
	| 'getExecutionId'
	| 'executeWorkflow'
	| 'getWorkflow'
	| 'helpers'
>;

/** The token stands in the address that resumes a waiting execution. It must not be stored, logged or shown. */
export function ownFacts(context: Context): ExecutionFacts {
	const { $execution } = context.getWorkflowDataProxy(0);
	const address: unknown = $execution?.resumeUrl;
	const url = typeof address === 'string' ? parseUrl(address) : undefined;
	return {
		token: url?.searchParams.get('signature') ?? undefined,
		parentExecutionId: context.getExecutionContext?.()?.parentExecutionId,
	};
}

/** Whether an agent calls the node. n8n runs some tools as plain nodes: their type tells. */
export const isTool = (
	context: Pick<IExecuteFunctions, 'getNode'> & Partial<Pick<IExecuteFunctions, 'isToolExecution'>>,
): boolean => context.isToolExecution?.() === true || context.getNode().type.endsWith('Tool');

/** What n8n keeps with the execution for this node: nothing where its agents run a node without an execution. */
export function nodeMemory(context: Pick<IExecuteFunctions, 'getContext'>): IDataObject {
	try {
		return context.getContext('node');
	} catch {
		return {};
	}
}

/** The facts of stored executions. */
export const executionReader =
	(context: Context): ReadExecution =>
	async (id) => {
		try {
			const data = await context.getExecutionDataById(id);
			const parentExecutionId = data?.executionData?.runtimeData?.parentExecutionId;
			return data && { token: data.resumeToken, parentExecutionId };
		} catch {
			// n8n throws for an execution that it has not stored, or that this workflow may not read
			return undefined;
		}
	};

/**
 * Why this n8n cannot keep an order book; undefined: it can, as far as can be seen. Takes up to half a minute while n8n
 * starts.
 */
export async function unavailableHere(context: Context): Promise<BookProblem | undefined> {
	if (ownFacts(context).token === undefined)
		return { kind: 'unavailable', reason: context.getWorkflow().id ? 'oldN8n' : 'noWorkflow' };
	if (context.helpers.getDataTableProxy !== undefined) return undefined;
	asking ??= missingTables(inlineRunner(context)).finally(() => (asking = undefined));
	return await asking;
}

/** For all executions of the process. */
let asking: Promise<BookProblem | undefined> | undefined;
let missedAt: number | undefined;

/**
 * n8n resumes waiting executions seconds before it has loaded its data tables, and these never come to see them. Their
 * sub-workflows do, as soon as they are there.
 */
async function missingTables(run: RunInline): Promise<BookProblem | undefined> {
	for (;;) {
		const listed = await attempt(run, inlineWorkflow([LIST_TABLES]));
		if (listed.ok) return undefined;
		// Since the process was started
		const now = performance.now();
		missedAt ??= now;
		// Of other failures, such as that of a stopped execution, each execution learns for itself
		if (now > Math.min(BOOK.startingMs, missedAt + BOOK.loadingMs))
			return 'reason' in listed.problem && listed.problem.reason === 'moduleOff' ? listed.problem : undefined;
		await sleep(1000);
	}
}
