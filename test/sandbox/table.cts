/** A table in plain text: columns as wide as their longest cell, numbers to the right. */
export function table(rows: Array<Record<string, unknown>>, indent = ''): string {
	const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
	const cells = rows.map((row) => columns.map((column) => cell(row[column])));
	const widths = columns.map((column, i) =>
		Math.max(column.length, ...cells.map((line) => line[i]?.length ?? 0)),
	);
	const numeric = columns.map((column) =>
		rows.every((row) => row[column] === undefined || typeof row[column] === 'number'),
	);
	const line = (texts: string[]) =>
		indent +
		texts
			.map((text, i) => (numeric[i] ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
			.join('  ')
			.trimEnd();
	return [line(columns), ...cells.map(line)].join('\n');
}

const WIDEST = 44;

function cell(value: unknown): string {
	if (value === undefined || value === null) return '';
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
	return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
}
