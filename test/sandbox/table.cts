const WIDEST = 44;

function cell(value: unknown, widest: number): string {
	if (value === undefined || value === null) return '';
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
	return text.length > widest ? `${text.slice(0, widest - 1)}…` : text;
}

/** A table in plain text: columns as wide as their longest cell. */
export function table(rows: Array<Record<string, unknown>>, indent = ''): string {
	const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
	const widest = columns.length > 1 ? WIDEST : Infinity;
	const lines = [columns, ...rows.map((row) => columns.map((column) => cell(row[column], widest)))];
	const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
	const line = (texts: string[]) => texts.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  ');
	return lines.map((texts) => `${indent}${line(texts).trimEnd()}`).join('\n');
}
