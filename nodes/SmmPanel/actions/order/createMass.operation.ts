/** A mass order: an order a line, as panels' own forms take it. */
import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { digest } from '../../book/digest';
import { draftOrder } from '../../panel/orderFields';
import { isId, withoutHash } from '../../shared/ids';
import { shorten } from '../../shared/parameters';
import { inputProblem } from '../../shared/problems';
import { failure, success, type Result } from '../../shared/result';
import { isLeftToModel, type Operation } from '../operation';
import { paysNotice, placingOptions } from './placing/fields';
import {
	readItemOptions,
	reasonOf,
	type ItemOptions,
	type OrderInput,
	type UnreadableInput,
} from './placing/input';
import { executePlacing } from './placing/place';
import { refuseWrongWaits } from './waiting/wiring';

const orders: INodeProperties = {
	displayName: 'Orders',
	name: 'orders',
	type: 'string',
	typeOptions: { rows: 6 },
	default: '',
	required: true,
	builderHint: {
		propertyHint:
			'One order a line: `1523 | https://… | 1000` (service, link, quantity). An expression may give the text or a list of lines.',
	},
	placeholder: '1523 | https://instagram.com/p/abc | 1000',
	description:
		'One order a line: service | link | quantity, or service | link where the type of the service has no quantity. Cells copied from a sheet, with or without these headings, and ; instead of |, are read, too. If a line is wrong, none is sent.',
};

export const createMass: Operation = {
	value: 'createMass',
	name: 'Create Mass',
	action: 'Place mass order',
	description:
		'Place and pay many orders from a text, one a line: each spends money at once and is sent at most once',
	toolDescription:
		'Places and pays, at the SMM panel, the orders that the user has written into this tool: each call spends money. It takes no input. Never call it a second time.',
	fields: [paysNotice, orders, placingOptions],
	execute: async (context) => {
		refuseWrongWaits(context);
		return await executePlacing(context, readMassInputs(context), { allOrNone: true });
	},
};

type Unnumbered = Omit<OrderInput, 'item'> | Omit<UnreadableInput, 'item'>;

/** Reads the lines of all items and numbers them through. An item without any is one that cannot be read. */
function readMassInputs(context: IExecuteFunctions): Array<OrderInput | UnreadableInput> {
	// One call of an agent could place any number of orders
	const unfixed = isLeftToModel(context, 'orders');
	const inputs = context.getInputData().flatMap(({ json }, input): Unnumbered[] => {
		try {
			return unfixed ? [{ origin: { input }, unreadable: NOT_FIXED }] : readItem(context, input, json);
		} catch (error) {
			return [{ origin: { input }, unreadable: reasonOf(error) }];
		}
	});
	return inputs.map((input, item) => ({ ...input, item }));
}

const NOT_FIXED =
	"'Orders' must not be filled by an AI agent: write the lines yourself, or give the agent 'Create', which places one order a call";

function readItem(context: IExecuteFunctions, input: number, json: Record<string, unknown>): Unnumbered[] {
	const text = ordersText(context.getNodeParameter('orders', input, ''));
	if (text === undefined) return [{ origin: { input }, unreadable: "'Orders' is no text" }];
	const options = readItemOptions(context.getNodeParameter('options', input, {}));
	const lines = readLines(text);
	if (lines.length === 0) return [{ origin: { input }, unreadable: "'Orders' holds no line" }];
	const keyOf = keysFor(options);
	return lines.map((read) => {
		const key = options.idempotencyKey;
		const origin = { input, line: read.line, ...(key !== undefined && { key }) };
		if ('unreadable' in read) return { origin, identity: { json, line: read }, unreadable: read.unreadable };
		const { service, values } = read;
		return {
			origin,
			// Without the line's number, since lines may have been added or removed before a second try
			identity: { json, line: [service.ok ? service.value : '', values.link] },
			service,
			values,
			automatic: false,
			options: { ...options, idempotencyKey: keyOf(read) },
		};
	});
}

/** A text, or a list of lines from an expression. */
function ordersText(value: unknown): string | undefined {
	const lines: unknown[] = Array.isArray(value) ? value : [value];
	return lines.every((line) => typeof line === 'string') ? lines.join('\n') : undefined;
}

/** A key for each line: the user's, what is ordered, and its number among the equal lines of this text. */
function keysFor({ idempotencyKey: key }: ItemOptions) {
	const counts = new Map<string, number>();
	return ({ service, values }: OrderLine): string | undefined => {
		if (key === undefined) return undefined;
		const { fields } = draftOrder({ ...values });
		const link = fields.link ?? values.link;
		const content = digest(service.ok ? service.value : '', link, Number(fields.quantity ?? 0));
		const number = (counts.get(content) ?? 0) + 1;
		counts.set(content, number);
		return `${key} ${content} ${number}`;
	};
}

interface OrderLine {
	service: Result<string>;
	/** As they are written. */
	values: { link: string; quantity?: string };
}

/** Reads the orders of a text, each with the number of its line: from 1, counting blank lines as an editor does. */
const readLines = (text: string): Array<{ line: number } & (OrderLine | { unreadable: string })> =>
	text
		.split(/\r\n|\n|\r/)
		.flatMap((line, index) =>
			line.trim() === '' || (index === 0 && HEADINGS.test(line))
				? []
				: [{ line: index + 1, ...readLine(line.trim()) }],
		);

/** Copied from a sheet with the lines below it. */
const HEADINGS = /^\s*service([ _]?id)?\s*[|\t;]\s*link\s*([|\t;]\s*quantity\s*)?$/i;

const SEPARATORS = ['|', '\t', ';'];

function readLine(text: string): OrderLine | { unreadable: string } {
	const separator = SEPARATORS.find((sign) => text.includes(sign)) ?? '|';
	const parts = text.split(separator).map((part) => part.trim());
	// Empty cells of a sheet
	while (parts.length > 3 && parts.at(-1) === '') parts.pop();
	const [service = '', link = '', quantity = ''] = parts;
	if (link === '' || parts.length > 3) {
		const wrong = link === '' ? 'No link' : `There are ${parts.length} parts`;
		return {
			unreadable: `${wrong}: an order is written as service | link | quantity, with %7C for a | in a link`,
		};
	}
	return { service: serviceOf(service), values: { link, ...(quantity !== '' && { quantity }) } };
}

function serviceOf(text: string): Result<string> {
	const id = withoutHash(text);
	if (isId(id)) return success(id);
	return failure(
		inputProblem(`"${shorten(text)}" is not a service ID`, 'Begin each line with a service ID.'),
	);
}
