import type { IExecuteFunctions } from 'n8n-workflow';

type Context = Pick<IExecuteFunctions, 'getNode'> & Partial<Pick<IExecuteFunctions, 'isToolExecution'>>;

/**
 * Whether an agent's model fills in a parameter: by `$fromAI`, or by what a tool has as its input item. n8n runs some
 * tools as plain nodes: only the parameter as it was saved tells.
 */
export function isLeftToModel(context: Context, parameter: string): boolean {
	const { type, parameters } = context.getNode();
	const saved = JSON.stringify(parameters[parameter] ?? '');
	const isTool = context.isToolExecution?.() === true || type.endsWith('Tool');
	return /\$fromai\s*\(/i.test(saved) || (isTool && /\$(json|input)\b/.test(saved));
}
