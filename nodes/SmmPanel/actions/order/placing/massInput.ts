/** Reads the lines of each item's mass order. Beside input.ts, the only file of placing that asks n8n for parameters. */
import type { IExecuteFunctions } from 'n8n-workflow';
import { digest } from '../../../book/digest';
import { isLeftToModel } from '../../shared/leftToModel';
import { reasonOf, type OrderInput, type UnreadableInput } from './input';
import { readLines, type OrderLine } from './lines';
import { readItemOptions, type ItemOptions } from './options';

type Input = OrderInput | UnreadableInput;
type Unnumbered = Omit<OrderInput, 'item'> | Omit<UnreadableInput, 'item'>;

/** All lines of all items, numbered through. An item without any is one that cannot be read. */
export function readMassInputs(context: IExecuteFunctions): Input[] {
	// One call of an agent could place any number of orders
	const unfixed = isLeftToModel(context, 'orders');
	const inputs = context.getInputData().flatMap(({ json }, input): Unnumbered[] => {
		try {
			return unfixed ? [notFixed(input)] : linesOf(context, input, json);
		} catch (error) {
			return [{ origin: { input }, unreadable: reasonOf(error) }];
		}
	});
	return inputs.map((input, item) => ({ ...input, item }));
}

const notFixed = (input: number): Omit<UnreadableInput, 'item'> => ({
	origin: { input },
	unreadable:
		"'Orders' must not be filled by an AI agent: write the lines yourself, or give the agent 'Create', which places one order a call",
});

function linesOf(context: IExecuteFunctions, input: number, json: Record<string, unknown>): Unnumbered[] {
	const text = textOf(context.getNodeParameter('orders', input, ''));
	if (text === undefined) return [{ origin: { input }, unreadable: "'Orders' is no text" }];
	const options = readItemOptions(context.getNodeParameter('options', input, {}));
	const lines = readLines(text);
	if (lines.length === 0) return [{ origin: { input }, unreadable: "'Orders' holds no line" }];
	const keyOf = keysFor(options);
	return lines.map(({ line, service, values, problems }) => {
		const key = keyOf({ service, values });
		return {
			origin: { input, line, ...(options.idempotencyKey !== undefined && { key: options.idempotencyKey }) },
			// Not the line's number: who tries again may have added or removed lines
			identity: { json, line: [service.ok ? service.value : '', values.link] },
			service,
			values,
			automatic: false,
			options: { ...options, idempotencyKey: key, problems: [...problems, ...options.problems] },
		};
	});
}

/** A text, or a list of lines from an expression. */
function textOf(value: unknown): string | undefined {
	const lines: unknown[] = Array.isArray(value) ? value : [value];
	return lines.every((line) => typeof line === 'string') ? lines.join('\n') : undefined;
}

/** A key for each line: the user's, what is ordered, and its number among the equal lines of this text. */
function keysFor({ idempotencyKey: key }: ItemOptions) {
	const counts = new Map<string, number>();
	return ({ service, values }: Pick<OrderLine, 'service' | 'values'>): string | undefined => {
		if (key === undefined) return undefined;
		const content = digest(service.ok ? service.value : '', values.link, Number(values.quantity ?? 0));
		const number = (counts.get(content) ?? 0) + 1;
		counts.set(content, number);
		return `${key} ${content} ${number}`;
	};
}
