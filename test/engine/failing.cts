/** Runs that must fail, and how their errors have to read. */
import type { IDataObject } from 'n8n-workflow';
import type { NodeOptions, NodeRun } from './engine.cts';
import { KEY, panelRuns, type PanelRun } from './panelRun.cts';

const { panelRun, stopAll } = panelRuns();
afterAll(stopAll);

export interface Input {
	resource: string;
	operation: string;
	parameters?: IDataObject;
	more?: Partial<NodeOptions>;
	/** What the panel is made to do before. */
	panel?: (there: PanelRun) => unknown;
	/** From the panel's own address, where the credential has another. */
	url?: (own: string) => string;
}

/** Name, input, what the error says, what its description says. */
export type Failing = [string, Input, RegExp, RegExp];

export const status = (orderIds: unknown, rest: Partial<Input> = {}): Input => ({
	resource: 'order',
	operation: 'getStatus',
	parameters: { orderIds: orderIds as string },
	...rest,
});

export const balance = (rest: Partial<Input>): Input => ({ resource: 'balance', operation: 'get', ...rest });

export async function fail({ resource, operation, parameters, more, panel, url }: Input): Promise<NodeRun> {
	const there = await panelRun();
	panel?.(there);
	const own = there.panel.url;
	const apiKey = more?.credentials?.apiKey ?? KEY;
	const credentials = more?.credentials === null ? null : { apiUrl: url?.(own) ?? own, apiKey };
	return await there.run(resource, operation, parameters, { ...more, credentials });
}

/** One test for each: the run stops with this error, and the key is nowhere. */
export function testFailing(inputs: Failing[]): void {
	// All at once: some of them take five tries, with pauses
	let runs: Map<string, Promise<NodeRun | Error>>;
	beforeAll(() => {
		runs = new Map(
			inputs.map(([name, input]) => [name, fail(input).catch((error: unknown) => error as Error)]),
		);
	});

	test.each(inputs)(
		'%s',
		async (name, _input, message, remedy) => {
			const outcome = await runs.get(name);
			if (!outcome || outcome instanceof Error) throw outcome ?? new Error('It was not run');
			expect(outcome.error?.message).toMatch(message);
			expect(outcome.error?.description ?? '').toMatch(remedy);
			expect(outcome.items).toEqual([]);
			expect(outcome.state).not.toContain('0f-the-t3st');
		},
		30_000,
	);
}
