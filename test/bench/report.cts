import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { withMarked } from '../sandbox/marked.cts';
import { N8N_VERSION, NODE_VERSION, ROOT } from '../sandbox/paths.cts';

/** What the numbers were measured on. */
export function machine(): string {
	const [cpu] = cpus();
	const memory = Math.round(totalmem() / 2 ** 30);
	return `${cpu?.model.trim()}, ${cpus().length} cores, ${memory} GB, ${process.platform}; n8n ${N8N_VERSION} on Node ${NODE_VERSION}`;
}

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
