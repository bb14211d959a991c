/** Reads what each item says about its order. The only file of placing that asks n8n for parameters. */
import type { IExecuteFunctions } from 'n8n-workflow';
import { isObject } from '../../../panel/json';
import { isEmpty } from '../../../panel/orderFields';
import { LIST_FIELDS } from '../../../panel/orderTypes';
import { ParameterReader } from '../../../shared/parameters';
import type { Result } from '../../../shared/result';
import { readServiceId } from '../../shared/fields';
import { columnsFor, serviceIn } from './columns';
import { readItemOptions, type ItemOptions } from './options';

/** Where an order of a mass order comes from. */
export interface Origin {
	/** Index of the input item. */
	input: number;
	/** From 1; undefined where the text has no line. */
	line?: number;
	/** The idempotency key as the user gave it, for all lines together. */
	key?: string;
}

/** What both kinds of input have. */
export interface Stated {
	/** Its number in the run: the index of the input item or, in a mass order, that of the line among all. */
	item: number;
	origin?: Origin;
	/** What an order is known by where its service and link are not those of an earlier try: the item's JSON. */
	identity?: unknown;
}

/** One order as the user states it, before anything is known about its service. */
export interface OrderInput extends Stated {
	service: Result<string>;
	/** By field name; with automatic mapping, the whole input item. */
	values: Record<string, unknown>;
	/** Whether only those values count that the service has a field for: a sheet has other columns, too. */
	automatic: boolean;
	options: ItemOptions;
}

/** An item of which not even the parameters can be read, with n8n's reason in words. */
export interface UnreadableInput extends Stated {
	unreadable: string;
}

/** The index of the input item that an order belongs to. */
export const inputIndexOf = ({ item, origin }: Pick<Stated, 'item' | 'origin'>): number =>
	origin?.input ?? item;

export const readInputs = (context: IExecuteFunctions): Array<OrderInput | UnreadableInput> =>
	context.getInputData().map(({ json }, item) => {
		try {
			const mapping: unknown = context.getNodeParameter('orderFields', item, {});
			const automatic = isObject(mapping) && mapping.mappingMode === 'autoMapInputData';
			const mapped = isObject(mapping) && isObject(mapping.value) ? mapping.value : {};
			const values = automatic ? json : mapped;
			const lists = readLists(context.getNodeParameter('lists', item, {}), values);
			const options = readItemOptions(context.getNodeParameter('options', item, {}));
			return {
				item,
				identity: json,
				service: readServiceId(context, item, automatic ? serviceIn(json) : undefined),
				values: { ...values, ...lists.values },
				automatic,
				options: { ...options, problems: [...lists.problems, ...options.problems] },
			};
		} catch (error) {
			// An expression that fails for one item leaves the others none the worse for it
			return { item, identity: json, unreadable: reasonOf(error) };
		}
	});

/** What the form's text areas hold, and where the mapping says it as well: neither is the one that was meant. */
function readLists(
	given: unknown,
	mapped: Record<string, unknown>,
): { values: Record<string, unknown>; problems: string[] } {
	const read = new ParameterReader(given, 'Lists');
	const filled = LIST_FIELDS.filter(({ name }) => !isEmpty(read.raw(name)));
	const twice = filled.flatMap(({ name, label }) =>
		columnsFor(mapped, name).map(
			(column) => `${label} stand in 'Lists' and in "${column}" of the mapping: keep one of them`,
		),
	);
	return {
		values: Object.fromEntries(filled.map(({ name }) => [name, read.raw(name)])),
		problems: [...read.problems, ...twice],
	};
}

/** n8n's words for parameters that cannot be read. */
export function reasonOf(error: unknown): string {
	const { message, description } = isObject(error) || error instanceof Error ? describe(error) : {};
	const texts = [message, description].filter((text) => typeof text === 'string' && text !== '');
	return texts.join('. ') || 'The parameters of this item cannot be read';
}

const describe = (error: object): { message?: unknown; description?: unknown } => error;
