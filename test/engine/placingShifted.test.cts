/** A retry whose rows have shifted: each order is known by its content, never by its position. */
import type { IDataObject } from 'n8n-workflow';
import { afterStop, link, panel, panelForEach, place, placeLines } from './placing.cts';

type Line = readonly [at: number, quantity: number];
const LINES: readonly Line[] = [
	[0, 100],
	[0, 200],
	[1, 100],
];
const NEW: Line = [0, 300];

panelForEach();

const textOf = ([at, quantity]: Line): string => `1 | ${link(at)} | ${quantity}`;
const itemOf = ([at, quantity]: Line): IDataObject => ({ service: 1, link: link(at), quantity });
const placing = {
	create: async (lines: readonly Line[], executionState?: string) =>
		await place(panel, {
			items: lines.map(itemOf),
			onError: executionState === undefined ? 'stopWorkflow' : 'continueRegularOutput',
			executionState,
		}),
	createMass: async (lines: readonly Line[], executionState?: string) =>
		await placeLines(panel, {
			text: lines.map(textOf).join('\n'),
			onError: executionState === undefined ? 'stopWorkflow' : 'continueRegularOutput',
			executionState,
		}),
};

function permutations(lines: readonly Line[]): Line[][] {
	if (lines.length < 2) return [[...lines]];
	return lines.flatMap((line, at) => permutations(lines.toSpliced(at, 1)).map((rest) => [line, ...rest]));
}

const variants: Line[][] = [
	...permutations(LINES),
	...LINES.map((_, at) => LINES.toSpliced(at, 1)),
	...[0, 1, 2, 3].map((at) => LINES.toSpliced(at, 0, NEW)),
	[NEW, [0, 200], [1, 100]],
];
const ordered = () => panel.orders().map(({ fields }) => `1 | ${fields.link} | ${fields.quantity}`);

describe.each(['create', 'createMass'] as const)('%s', (operation) => {
	it.each(
		variants.flatMap((lines) => [1, 2].map((sent) => ({ sent, lines, name: lines.map(textOf).join(' ') }))),
	)('stopped after $sent, retried with $name', async ({ sent, lines }) => {
		panel.inject({ kind: 'error', text: 'Bad link', action: 'add', skip: sent, times: 1 });
		const first = await placing[operation](LINES);
		expect(ordered()).toEqual(LINES.slice(0, sent).map(textOf));
		const again = (rows: readonly Line[]) =>
			operation === 'create' ? { items: rows.map(itemOf) } : { orders: rows.map(textOf).join('\n') };
		const { items } = await placing[operation](lines, afterStop(first.state, again(lines)));
		// No content is paid twice
		expect(new Set(ordered()).size).toBe(panel.orders().length);
		for (const { json } of items) {
			if (json.order === undefined) continue;
			const { fields } = panel.order(String(json.order));
			expect([json.link, json.quantity]).toEqual([fields.link, fields.quantity]);
		}
		// Only what may be one of the rows that are left over is held back
		const gone = LINES.slice(0, sent).filter((line) => !lines.some((one) => textOf(one) === textOf(line)));
		const held = lines.filter(
			(line) =>
				gone.some(([at]) => at === line[0]) &&
				!LINES.slice(0, sent).some((one) => textOf(one) === textOf(line)),
		);
		expect(items.map(({ json }) => json.outcome ?? 'placed')).toEqual(
			lines.map((line) => (held.includes(line) ? 'unknown' : 'placed')),
		);
	});
});
