/**
 * Orders under fire: three in ten meet a fault of a random kind, and n8n tries three times. The ledger of
 * the panel is the judge. `SMM_PLACING_SEEDS` and `SMM_PLACING_ITEMS` make it longer than a daily run can wait for.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { IDataObject, OnError } from 'n8n-workflow';
import { FAULT_KINDS, type FaultKind } from '../panel/faults.cts';
import { createRandom, type Random } from '../panel/random.cts';
import type { DevPanel } from '../panel/server.cts';
import { adds, link, panel, panelForEach, place } from './placing.cts';

const SEEDS = Number(process.env.SMM_PLACING_SEEDS ?? 2);
const ITEMS = Number(process.env.SMM_PLACING_ITEMS ?? 300);
const SHARE = 0.3;

/** Each costs a time-out of two seconds: less, and a busy machine would be one, too. */
const SLOW: readonly FaultKind[] = ['hangBefore', 'hangAfter', 'slowBody', 'drip'];
const OTHERS = (Object.keys(FAULT_KINDS) as FaultKind[]).filter((kind) => !SLOW.includes(kind));
const REFUSALS = ['Bad link', 'Not enough funds on balance', 'neworder.error.min_quantity', 'Cannot do that'];

/** Requests that arrive are numbered; which of them meet what is decided beforehand. */
function arm(panel: DevPanel, random: Random): void {
	const seed = random.whole(1, 1e9);
	// n8n tries again what continues on errors only if the first item failed
	panel.inject({ action: 'add', fields: { link: link(0) }, kind: 'error', text: 'Bad link', times: 2 });
	panel.inject({ action: 'add', kind: 'any', kinds: [...SLOW], probability: SHARE * 0.1, seed: seed + 1 });
	panel.inject({
		action: 'add',
		kind: 'error',
		text: random.pick(REFUSALS),
		probability: SHARE * 0.1,
		seed: seed + 2,
	});
	panel.inject({
		action: 'add',
		kind: 'status',
		status: 429,
		retryAfter: 1,
		body: '{"error":"Too many requests"}',
		// Each is a pause of a second for all: the panel asks for it
		times: 3,
		skip: random.whole(20, 200),
	});
	panel.inject({
		action: 'add',
		kind: 'any',
		kinds: OTHERS,
		probability: SHARE * 0.8,
		seed: seed + 4,
		ms: 1,
	});
}

interface Story {
	/** By link. */
	output: Map<string, IDataObject>;
	/** What the error that ended the run says about orders it has placed, or may have placed. */
	reported: Array<IDataObject & { link: string }>;
	tries: number;
}

async function run(panel: DevPanel, seed: number, onError: OnError, keyed: boolean): Promise<Story> {
	const items = Array.from({ length: ITEMS }, (_, at) => ({
		service: 1,
		link: link(at),
		quantity: 100,
		id: `${seed}-${at}`,
	}));
	const outcome = await place(panel, {
		items,
		onError,
		retryOnFail: true,
		maxTries: 3,
		workflowId: `seed ${seed} ${onError}`,
		options: { concurrency: 20, timeout: 2, ...(keyed && { idempotencyKey: '={{ $json.id }}' }) },
	});
	const data = (
		outcome.error as { context?: { data?: Record<'placed' | 'unknown', IDataObject[]> } } | undefined
	)?.context?.data;
	const reported = [...(data?.placed ?? []), ...(data?.unknown ?? [])] as Story['reported'];
	expect(outcome.error === undefined || data !== undefined).toBe(true);
	return {
		output: new Map(outcome.items.map(({ json }) => [String(json.link), json])),
		reported,
		tries: outcome.tries,
	};
}

/** What the requests for a link met, from which follows what can be known of it. */
const faultsBy = (panel: DevPanel): Map<string, string[]> => {
	const met = new Map<string, string[]>();
	for (const { fields, fault, limited } of adds(panel)) {
		const at = String(fields.link);
		met.set(at, [...(met.get(at) ?? []), fault?.kind ?? (limited ? 'limited' : 'none')]);
	}
	return met;
};

const isUnknown = (entry: IDataObject | undefined) =>
	entry !== undefined && entry.order === undefined && /^Outcome unknown/.test(String(entry.error));

panelForEach({ rate: '1' }, { maxRequests: 100_000, balance: '1000000' });

const seeds = Array.from({ length: SEEDS }, (_, at) => at + 1);
const figures: IDataObject[] = [];
afterAll(() => {
	if (SEEDS > 2) process.stdout.write(`${figures.map((row) => JSON.stringify(row)).join('\n')}\n`);
});

describe.each([
	['continueRegularOutput', false],
	['continueRegularOutput', true],
	['stopWorkflow', false],
] as const)("'On Error' %s, with idempotency keys: %s", (onError, keyed) => {
	test.each(seeds)(
		`seed %s: no order twice, each in the output or named as unknown, no unknown without a cause`,
		async (seed) => {
			arm(panel, createRandom(`placing ${seed}`));
			const delay = monitorEventLoopDelay();
			delay.enable();
			const { output, reported, tries } = await run(panel, seed, onError, keyed);
			delay.disable();
			const ledger = panel.orders().map(({ id, fields }) => ({ id, link: String(fields.link) }));
			const known = new Map<string, IDataObject>([
				...output,
				...reported.map((entry) => [entry.link, entry] as const),
			]);

			expect(new Set(ledger.map((order) => order.link)).size).toBe(ledger.length);
			const lost = ledger.filter(
				(order) => known.get(order.link)?.order !== order.id && !isUnknown(known.get(order.link)),
			);
			expect(lost).toEqual([]);
			const invented = [...known].filter(
				([at, json]) =>
					json.order !== undefined && !ledger.some((order) => order.link === at && order.id === json.order),
			);
			expect(invented).toEqual([]);
			expect(tries).toBe(3);

			const faults = faultsBy(panel);
			const unknown = [...known].filter(([, json]) => isUnknown(json)).map(([at]) => at);
			// A lost reply is the last thing an order met: nothing was sent after it
			const unexplained = unknown.filter((at) =>
				['none', 'delay', 'limited'].includes(faults.get(at)?.at(-1) ?? 'none'),
			);
			// On a machine so busy that this process stood still for a second, time-outs ran out by themselves
			if (delay.max < 1e9) expect(unexplained).toEqual([]);
			if (onError !== 'stopWorkflow') {
				expect(output.size).toBe(ITEMS);
				// Five lost replies in a row, which happens by chance, end a run
				const ended = [...output.values()].some(({ error }) => /no clear answer to/.test(String(error)));
				expect(ledger.length).toBeGreaterThan(ended ? 0 : ITEMS * 0.7);
				expect(unknown.length).toBeGreaterThan(ended ? 4 : ITEMS * 0.05);
			}
			figures.push({
				onError,
				keyed,
				seed,
				sent: adds(panel).length,
				faults: panel.counts().faults,
				tries,
				ledger: ledger.length,
				unknown: unknown.length,
				reported: reported.length,
			});
		},
		120_000,
	);
});
