/** Places in the documents that a command writes: between `<!-- name:begin -->` and `<!-- name:end -->`. */
import { Problem } from './problem.cts';

function placeOf(text: string, name: string): { from: number; to: number } {
	const begin = `<!-- ${name}:begin -->\n`;
	const from = text.indexOf(begin);
	const to = text.indexOf(`<!-- ${name}:end -->`);
	if (from < 0 || to < from) throw new Problem(`There is no place for ${name}: ${begin.trim()} …`);
	return { from: from + begin.length, to };
}

/** What stands in the place of this name. Throws where there is none. */
export function marked(text: string, name: string): string {
	const { from, to } = placeOf(text, name);
	return text.slice(from, to).trim();
}

/** The text with something else in the place of this name. */
export function withMarked(text: string, name: string, inside: string): string {
	const { from, to } = placeOf(text, name);
	return `${text.slice(0, from)}${inside}\n${text.slice(to)}`;
}
