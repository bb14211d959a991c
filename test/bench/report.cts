import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../sandbox/paths.cts';
import { Problem } from '../sandbox/problem.cts';

/** A markdown table. */
export function markdown(head: string[], lines: string[][]): string {
	const line = (cells: string[]) => `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
	return [line(head), `|${head.map(() => '---').join('|')}|`, ...lines.map(line)].join('\n');
}

/** Puts text between `<!-- NAME:begin -->` and `<!-- NAME:end -->` of the page with the measurements. */
export function writeIntoReadme(name: string, text: string): void {
	const file = join(ROOT, 'docs', 'measurements.md');
	const begin = `<!-- ${name}:begin -->`;
	const end = `<!-- ${name}:end -->`;
	const readme = readFileSync(file, 'utf8');
	const from = readme.indexOf(begin);
	const to = readme.indexOf(end);
	if (from < 0 || to < from)
		throw new Problem(`docs/measurements.md has no place for the table: ${begin} … ${end}`);
	writeFileSync(file, `${readme.slice(0, from + begin.length)}\n${text}\n${readme.slice(to)}`);
}
