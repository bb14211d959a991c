import type { IExecuteFunctions } from 'n8n-workflow';

type Context = Pick<IExecuteFunctions, 'getNode'> & Partial<Pick<IExecuteFunctions, 'isToolExecution'>>;

/** Whether an agent calls the node. n8n runs some tools as plain nodes: their type tells. */
export const isTool = (context: Context): boolean =>
	context.isToolExecution?.() === true || context.getNode().type.endsWith('Tool');

/**
 * Whether an agent's model fills in a parameter: by `$fromAI`, or by what a tool has as its input item. n8n runs some
 * tools as plain nodes: only the parameter as it was saved tells.
 */
export function isLeftToModel(context: Context, parameter: string): boolean {
	const saved = JSON.stringify(context.getNode().parameters[parameter] ?? '');
	return /\$fromai\s*\(/i.test(saved) || (isTool(context) && /\$(json|input)\b/.test(saved));
}
