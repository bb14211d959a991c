/** The lines of a mass order, written as panels want them: `service | link | quantity`. Pure. */
import { isId, withoutHash } from '../../../shared/ids';
import { shown } from '../../../shared/parameters';
import { inputProblem } from '../../../shared/problems';
import { failure, success, type Result } from '../../../shared/result';

export interface OrderLine {
	/** From 1, blank lines included, as an editor counts. */
	line: number;
	service: Result<string>;
	values: { link: string; quantity?: string };
	/** Sentences. */
	problems: string[];
}

/** The orders of a text; blank lines are none. */
export const readLines = (text: string): OrderLine[] =>
	text
		.split(/\r\n|\n|\r/)
		.flatMap((line, index) => (line.trim() === '' ? [] : [{ line: index + 1, ...readLine(line) }]));

function readLine(text: string): Omit<OrderLine, 'line'> {
	const parts = text.split('|').map((part) => part.trim());
	const [service = '', link = '', quantity = ''] = parts;
	return {
		service: serviceOf(service),
		values: { link, ...(quantity !== '' && { quantity }) },
		problems: problemsOf(parts, link, quantity),
	};
}

function problemsOf(parts: readonly string[], link: string, quantity: string): string[] {
	if (parts.length > 3) return [`There are ${parts.length - 1} "|": write one inside a link as %7C`];
	if (link === '') return ['No link: an order is written as service | link | quantity'];
	// 1.000 is a thousand here and one there
	if (quantity === '' || /^\d+$/.test(quantity)) return [];
	return [`Quantity "${shown(quantity)}" is not written in digits only, such as 1000`];
}

function serviceOf(text: string): Result<string> {
	const id = withoutHash(text);
	if (isId(id)) return success(id);
	return failure(inputProblem(`"${shown(text)}" is not a service ID`, 'Begin each line with a service ID.'));
}
