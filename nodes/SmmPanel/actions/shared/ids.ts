import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { inputProblem, type Problem } from '../../shared/problems';

export type IdNoun = 'order' | 'refill';

const titles = { order: 'Order', refill: 'Refill' } as const;

export const idsField = (noun: IdNoun): INodeProperties => ({
	displayName: `${titles[noun]} IDs`,
	name: `${noun}Ids`,
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 23501, 23502',
	description: `One ID, or several separated by commas, spaces or lines; an expression may also give a list. All items are asked together, ${noun === 'order' ? '100 orders' : '100 refills'} in one request.`,
});

/** Splits what a user or an expression gives into IDs; a Problem where there is none or one cannot be an ID. */
export function parseIds(value: unknown, noun: IdNoun): string[] | Problem {
	const ids = flatten(value, noun);
	if (ids.length === 0) {
		return inputProblem(
			`No ${noun} ID given`,
			`Enter at least one ID in '${titles[noun]} IDs', or check that its expression finds one in every input item.`,
		);
	}
	const wrong = ids.find((id) => !/^[A-Za-z\d_-]{1,64}$/.test(id));
	if (wrong !== undefined) {
		return inputProblem(
			`"${wrong.slice(0, 60)}" is not an ID of ${noun === 'order' ? 'an order' : 'a refill'}`,
			`'${titles[noun]} IDs' takes IDs as the panel gave them, separated by commas, spaces or lines.`,
		);
	}
	return ids;
}

function flatten(value: unknown, noun: IdNoun): string[] {
	if (typeof value === 'number') return [String(value)];
	if (typeof value === 'string') {
		return value
			.split(/[\s,;]+/)
			.map((id) => id.replace(/^#/, ''))
			.filter((id) => id !== '');
	}
	if (Array.isArray(value)) return value.flatMap((entry) => flatten(entry, noun));
	if (typeof value === 'object' && value !== null) {
		const entry = value as Record<string, unknown>;
		return flatten(entry[noun] ?? entry.id, noun);
	}
	return [];
}

/** The IDs of each input item, or the Problem with them. */
export function readIdsOfItems(context: IExecuteFunctions, noun: IdNoun): Array<string[] | Problem> {
	const parameter = `${noun}Ids`;
	const field = plainField(context.getNode().parameters[parameter]);
	return context.getInputData().map(({ json }, itemIndex) => {
		const value = field !== undefined && Object.hasOwn(json, field) ? json[field] : undefined;
		const isPlain = typeof value === 'string' || typeof value === 'number';
		return parseIds(isPlain ? value : context.getNodeParameter(parameter, itemIndex, ''), noun);
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
