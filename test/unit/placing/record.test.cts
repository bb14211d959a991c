import type { Placement, Placements } from '../../../nodes/SmmPanel/actions/order/placing/placement';
import { executionRecord } from '../../../nodes/SmmPanel/actions/order/placing/record';
import { orderOf, panelError } from './orders.cts';

interface Failing {
	claim?: string;
	release?: string;
}

/** A record over keys that the test holds, and that fail when it says so. */
function recordOver({
	placements = {},
	toolCalls,
	failing = {},
	sent = new Set<string>(),
}: {
	placements?: Placements;
	toolCalls?: Record<string, Placement>;
	failing?: Failing;
	sent?: Set<string>;
}) {
	const keys = {
		claim: async (key: string) => {
			if (failing.claim) throw new Error(failing.claim);
			const isNew = !sent.has(key);
			sent.add(key);
			return isNew;
		},
		release: async (key: string) => {
			if (failing.release) throw new Error(failing.release);
			sent.delete(key);
		},
		settle: async () => undefined,
	};
	const warnings: string[] = [];
	const ports = { placements, toolCalls, keys, warn: (text: string) => warnings.push(text) };
	return { ...executionRecord({ ...ports, timeInWords: () => 'noon' }), placements, sent, warnings };
}

const KEYED = orderOf(0, { idempotencyKey: 'row 1' });
const refused: Placement = {
	service: '7',
	fields: KEYED.fields,
	charge: '0.25',
	idempotencyKey: 'row 1',
	state: 'refused',
	problem: panelError('none'),
};
const placed: Placement = { ...refused, state: 'placed', order: '1' };

describe('the write-ahead record', () => {
	it('says unknown of an order from before it is sent', async () => {
		const { record, placements } = recordOver({});
		expect(await record.begin([KEYED])).toEqual(new Map());
		expect(placements[0]).toMatchObject({ state: 'unknown', idempotencyKey: 'row 1' });
		expect(record.recall(0)).toMatchObject({
			problem: { message: expect.stringMatching(/Outcome unknown/) },
		});
	});

	it('holds a key that was sent before', async () => {
		const { record } = recordOver({ sent: new Set(['row 1']) });
		expect((await record.begin([KEYED])).get(0)).toMatchObject({
			state: 'duplicate',
			idempotencyKey: 'row 1',
		});
	});

	it('does not send an order whose key cannot be recorded', async () => {
		const { record } = recordOver({ failing: { claim: 'database is locked' } });
		expect((await record.begin([KEYED])).get(0)).toMatchObject({
			state: 'refused',
			problem: { message: expect.stringMatching(/could not be recorded: database is locked/) },
		});
	});

	it('frees the key of a refused order only, once it is certain', async () => {
		for (const [outcome, isFree] of [
			[refused, true],
			[placed, false],
			[{ ...refused, state: 'unknown' }, false],
		] as Array<[Placement, boolean]>) {
			const { record, sent } = recordOver({});
			await record.begin([KEYED]);
			await record.settle(KEYED, outcome);
			expect(sent.has('row 1')).toBe(!isFree);
		}
	});

	it('remembers a key that could not be taken back, so that this run’s next try may send its order', async () => {
		const first = recordOver({ failing: { release: 'database is locked' } });
		await first.record.begin([KEYED]);
		expect(await first.record.settle(KEYED, refused)).toMatchObject({
			keepsKey: true,
			problem: { remedy: expect.stringMatching(/could not be taken back/) },
		});
		const stored = JSON.parse(JSON.stringify(first.placements)) as Placements;
		const second = recordOver({ placements: stored, sent: first.sent });
		expect(await second.record.begin([KEYED])).toEqual(new Map());
	});

	it('forgets an order that was begun and not sent', async () => {
		const { record, sent, placements } = recordOver({});
		await record.begin([KEYED]);
		await record.release([KEYED]);
		expect([sent.size, Object.keys(placements)]).toEqual([0, []]);
	});

	it('keeps an agent from ordering again what its earlier call left unknown', async () => {
		const toolCalls: Record<string, Placement> = {};
		const call = recordOver({ toolCalls });
		await call.record.settle(KEYED, { ...refused, state: 'unknown' });
		const next = recordOver({ toolCalls: JSON.parse(JSON.stringify(toolCalls)) as typeof toolCalls });
		next.recallToolCalls([orderOf(0), orderOf(1)]);
		expect(next.placements[0]?.state).toBe('unknown');
		expect(next.placements[1]).toBeUndefined();
	});
});
