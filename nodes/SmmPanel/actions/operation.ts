import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

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

export interface OneOutput extends Described {
	execute(context: IExecuteFunctions): Promise<INodeExecutionData[]>;
}

/** While it is chosen, the node has these outputs; it handles the node's On Error setting itself. */
export interface SeveralOutputs extends Described {
	outputs: readonly string[];
	executeAll(context: IExecuteFunctions): Promise<INodeExecutionData[][]>;
}

export type Operation = OneOutput | SeveralOutputs;
