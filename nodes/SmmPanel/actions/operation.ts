import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { isTool } from '../book/n8nExecution';
import { failedItem, ofRead, toNodeError } from '../shared/problems';
import type { Result } from '../shared/result';

/** One operation of the node: how the editor shows it and what it does with all input items of a run. */
interface Described {
	/** Stored in saved workflows. */
	value: string;
	/** Display name in the operation picker. */
	name: string;
	/** What the node panel offers, in sentence case without articles where possible. */
	action: string;
	description: string;
	/** What an agent's model is told of it; where it is left out, the description. */
	toolDescription?: string;
	/** Its own fields; the table adds when they are shown. */
	fields: INodeProperties[];
}

interface OneOutput extends Described {
	execute(context: IExecuteFunctions): Promise<INodeExecutionData[]>;
}

/** While it is chosen, the node has these outputs; it handles the node's On Error setting itself. */
export interface SeveralOutputs extends Described {
	outputs: readonly string[];
	executeAll(context: IExecuteFunctions): Promise<INodeExecutionData[][]>;
}

export type Operation = OneOutput | SeveralOutputs;

/** Output for each input item by itself, by an operation that pays for nothing. Honours the node's On Error setting. */
export async function executeItems(
	context: IExecuteFunctions,
	outputFor: (item: number) => Result<IDataObject[]> | Promise<Result<IDataObject[]>>,
): Promise<INodeExecutionData[]> {
	const output: INodeExecutionData[] = [];
	for (const item of context.getInputData().keys()) {
		const result = await outputFor(item);
		if (result.ok) output.push(...result.value.map((json) => ({ json, pairedItem: { item } })));
		else if (context.continueOnFail()) output.push(failedItem(context, ofRead(result.problem), item, {}));
		else throw toNodeError(context.getNode(), ofRead(result.problem), { itemIndex: item });
	}
	return output;
}

/**
 * Whether an agent's model fills in a parameter: by `$fromAI`, or by what a tool has as its input item. n8n runs some
 * tools as plain nodes: only the parameter as it was saved tells.
 */
export function isLeftToModel(
	context: Pick<IExecuteFunctions, 'getNode' | 'isToolExecution'>,
	parameter: string,
): boolean {
	const saved = JSON.stringify(context.getNode().parameters[parameter] ?? '');
	return /\$fromai\s*\(/i.test(saved) || (isTool(context) && /\$(json|input)\b/.test(saved));
}
