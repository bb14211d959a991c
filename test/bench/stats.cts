/** A series of measurements of one thing, and how it is written in a table. */
export type Series = readonly number[];

export function median(values: Series): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle] ?? NaN;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Three significant digits, and thousands apart. */
export function number(value: number): string {
	const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
	return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** `230 ms (221–260)`: the median, and the spread in brackets. */
export function withSpread(values: Series, unit: string): string {
	const middle = `${number(median(values))} ${unit}`;
	if (values.length < 2) return middle;
	return `${middle} (${number(Math.min(...values))}–${number(Math.max(...values))})`;
}

export const sum = (values: Series): number => values.reduce((total, value) => total + value, 0);

/** Least squares: how much `y` grows for each 1 of `x`. */
export function slope(points: ReadonlyArray<{ x: number; y: number }>): number {
	const meanX = sum(points.map(({ x }) => x)) / points.length;
	const meanY = sum(points.map(({ y }) => y)) / points.length;
	const along = sum(points.map(({ x, y }) => (x - meanX) * (y - meanY)));
	const spread = sum(points.map(({ x }) => (x - meanX) ** 2));
	return spread === 0 ? 0 : along / spread;
}
