/** Runs inline sub-workflows in n8n; what n8n throws becomes a problem. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData, IWorkflowBase } from 'n8n-workflow';
import { inlineWorkflow, type Step } from './inlineWorkflow';
import { done, problemFrom, refused, type Result } from './problems';
import { TABLE_NAME } from './store';

/** Runs the workflow with these items and gives its last node's items. May throw. `isLeft`: its end is not waited for. */
export type RunInline = (
	code: IWorkflowBase,
	items: INodeExecutionData[],
	isLeft?: boolean,
) => Promise<IDataObject[]>;

export const inlineRunner =
	(context: Pick<IExecuteFunctions, 'executeWorkflow'>): RunInline =>
	async (code, items, isLeft = false) => {
		const options = isLeft ? { doNotWaitToFinish: true } : undefined;
		const { data } = await context.executeWorkflow({ code }, items, undefined, options);
		return (data[0] ?? []).map(({ json }) => json);
	};

export const detailOf = (problem: { kind: string; detail?: string }): string => problem.detail ?? '';

/**
 * One sub-execution; what n8n throws becomes a problem. When the execution's time is over, n8n throws or gives no item,
 * though each step gives one. What only records or releases is then left to n8n: a sub-execution that nobody waits for
 * has a time of its own, and what it did is not known.
 */
export async function attempt(
	run: RunInline,
	steps: Step[],
	items: IDataObject[],
	onlyRecords = false,
): Promise<Result<IDataObject[]>> {
	const code = inlineWorkflow(steps);
	const input = items.map((json) => ({ json }));
	const carriedOut = async (isLeft: boolean) =>
		await run(code, input, isLeft).then(done, (error) => refused(problemFrom(messageOf(error), TABLE_NAME)));
	const given = await carriedOut(false);
	const isTimedOut = given.ok ? given.value.length === 0 : given.problem.kind === 'timedOut';
	if (!isTimedOut) return given;
	if (!onlyRecords) return refused({ kind: 'timedOut' });
	const left = await carriedOut(true);
	return left.ok ? done([]) : left;
}

/** n8n wraps what a node of the sub-workflow has thrown: the words may stand in any layer. */
function messageOf(error: unknown): string {
	const words: string[] = [];
	let layer = error;
	for (let depth = 0; depth < 5 && layer instanceof Error; depth++) {
		const { description } = layer as Error & { description?: unknown };
		words.push(layer.message, typeof description === 'string' ? description : '');
		layer = layer.cause;
	}
	return [...new Set(words.filter((text) => text !== ''))].join(': ') || String(error);
}
