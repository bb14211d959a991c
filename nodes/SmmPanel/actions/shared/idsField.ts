import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ID_TITLES, parseIds, type IdNoun } from '../../shared/ids';
import type { Result } from '../../shared/result';

export const idsField = (noun: IdNoun): INodeProperties => ({
	displayName: ID_TITLES[noun],
	name: `${noun}Ids`,
	type: 'string',
	required: true,
	default: '',
	builderHint: {
		propertyHint: `IDs as text: '23501, 23502', or an expression such as expr('{{ $json.${noun} }}'). All input items are asked together: no loop is needed.`,
	},
	placeholder: 'e.g. 23501, 23502',
	description: `One ID, or several separated by commas, spaces or lines; an expression may also give a list. All items are asked together, ${noun === 'order' ? '100 orders' : '100 refills'} in one request.`,
});

/** An ID that an input item asks for, or the problem with what stands in its place. */
export interface AskedId {
	/** Index of the input item. */
	item: number;
	id: Result<string>;
}

/** The IDs of all input items, in their order. */
export function readIdsOfItems(context: IExecuteFunctions, noun: IdNoun): AskedId[] {
	const parameter = `${noun}Ids`;
	const field = plainField(context.getNode().parameters[parameter]);
	return context.getInputData().flatMap(({ json }, item): AskedId[] => {
		const value = field !== undefined && Object.hasOwn(json, field) ? json[field] : undefined;
		const isPlain = typeof value === 'string' || typeof value === 'number';
		const ids = parseIds(isPlain ? value : context.getNodeParameter(parameter, item, ''), noun);
		return ids.ok ? ids.value.map((id) => ({ item, id })) : [{ item, id: ids }];
	});
}

/**
 * The name in an expression that is nothing but one field of the input item, as dragging it into the parameter makes
 * it: `={{ $json.order }}`. n8n takes longer to evaluate it than everything else that an ID costs; reading the field
 * gives the same.
 */
const plainField = (expression: unknown): string | undefined =>
	typeof expression === 'string'
		? /^=\{\{\s*\$json\.([A-Za-z_]\w*)\s*\}\}$/.exec(expression)?.[1]
		: undefined;
