import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withMarked } from '../sandbox/marked.cts';
import { ROOT } from '../sandbox/paths.cts';

/** A markdown table. */
export function markdown(head: string[], lines: string[][]): string {
	const line = (cells: string[]) => `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
	return [line(head), `|${head.map(() => '---').join('|')}|`, ...lines.map(line)].join('\n');
}

/** Puts text into its place on the page with the measurements. */
export function writeMeasured(name: string, text: string): void {
	const file = join(ROOT, 'docs', 'measurements.md');
	writeFileSync(file, withMarked(readFileSync(file, 'utf8'), name, text));
}
