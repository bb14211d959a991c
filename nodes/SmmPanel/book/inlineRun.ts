/** Runs inline sub-workflows in n8n; what n8n throws becomes a problem. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData, IWorkflowBase } from 'n8n-workflow';
import { inlineWorkflow, type Step } from './inlineWorkflow';
import { done, problemFrom, refused, type Result } from './problems';
import { TABLE_NAME } from './store';

/** Runs the workflow with these items and gives its last node's items. May throw. */
export type RunInline = (code: IWorkflowBase, items: INodeExecutionData[]) => Promise<IDataObject[]>;

export const inlineRunner =
	(context: Pick<IExecuteFunctions, 'executeWorkflow'>): RunInline =>
	async (code, items) => {
		const { data } = await context.executeWorkflow({ code }, items);
		return (data[0] ?? []).map(({ json }) => json);
	};

export const detailOf = (problem: { kind: string; detail?: string }): string => problem.detail ?? '';

/** One sub-execution; what n8n throws becomes a problem. */
export async function attempt(
	run: RunInline,
	steps: Step[],
	items: IDataObject[],
): Promise<Result<IDataObject[]>> {
	try {
		return done(
			await run(
				inlineWorkflow(steps),
				items.map((json) => ({ json })),
			),
		);
	} catch (error) {
		return refused(problemFrom(wordsOf(error), TABLE_NAME));
	}
}

/** n8n wraps what a node of the sub-workflow has thrown: the words may stand in any layer. */
export function wordsOf(error: unknown): string {
	const words: string[] = [];
	let layer = error;
	for (let depth = 0; depth < 5 && layer instanceof Error; depth++) {
		const { description } = layer as Error & { description?: unknown };
		words.push(layer.message, typeof description === 'string' ? description : '');
		layer = layer.cause;
	}
	return [...new Set(words.filter((text) => text !== ''))].join(': ') || String(error);
}
