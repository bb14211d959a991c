import { createRandom, type Random } from './random.cts';

/** What becomes of orders and refills: statuses and when they come, by script or by chance. */

/** One entry of a scripted life: at so many milliseconds after placement the order has this status. */
export interface LifeStep {
	at: number;
	status: string;
	remains?: number;
}

/** What becomes of the orders placed from now on. */
export type Lives =
	/** as on a stock panel: most complete within an hour, some Partial, few Canceled */
	| { kind: 'usual'; seed?: string | number }
	/** Pending until a test moves them */
	| { kind: 'still' }
	/** all the same */
	| { kind: 'script'; steps: LifeStep[] }
	/** any statuses in any order, unknown ones and quick ones included */
	| { kind: 'random'; seed?: string | number; withinMs?: number; maxSteps?: number };

const MINUTE = 60_000;

const FINAL = new Set([
	'completed',
	'partial',
	'canceled',
	'cancelled',
	'refunded',
	'fail',
	'error',
	'expired',
]);
const MONEY_BACK = new Set(['canceled', 'cancelled', 'refunded', 'fail', 'error']);
const plain = (status: string) => status.toLowerCase().replace(/[\s_]+/g, '');

export const isFinal = (status: string) => FINAL.has(plain(status));
export const isCompleted = (status: string) => plain(status) === 'completed';
export const isPartial = (status: string) => plain(status) === 'partial';
export const givesMoneyBack = (status: string) => MONEY_BACK.has(plain(status));
export const isDelivering = (status: string) => plain(status) === 'inprogress';
export const isWaiting = (status: string) => ['pending', 'awaiting', 'active'].includes(plain(status));

function usualLife(random: Random, units: number): LifeStep[] {
	const steps: LifeStep[] = [];
	let at = random.whole(1, 5) * MINUTE + random.whole(0, 59_999);
	if (random.chance(0.25)) {
		steps.push({ at, status: 'Processing' });
		at += random.whole(30_000, 3 * MINUTE);
	}
	const fate = random.next();
	if (fate < 0.05) return [...steps, { at, status: 'Canceled' }];
	steps.push({ at, status: 'In progress' });
	at += random.whole(5, 50) * MINUTE + random.whole(0, 59_999);
	if (fate < 0.17 && units > 1) {
		steps.push({ at, status: 'Partial', remains: random.whole(1, units - 1) });
	} else if (fate < 0.19) {
		steps.push({ at, status: 'Canceled' });
	} else {
		steps.push({ at, status: 'Completed' });
	}
	return steps;
}

const ANY_STATUS = [
	'Pending',
	'In progress',
	'Processing',
	'Awaiting',
	'Inprogress',
	'Queued at supplier',
	'On hold',
];
const ANY_END = [
	'Completed',
	'Completed',
	'Completed',
	'Partial',
	'Canceled',
	'Cancelled',
	'Refunded',
	'Fail',
	'Error',
];

function randomLife(random: Random, units: number, lives: Extract<Lives, { kind: 'random' }>): LifeStep[] {
	const within = lives.withinMs ?? 60 * MINUTE;
	const count = random.whole(1, lives.maxSteps ?? 5);
	const times = Array.from({ length: count }, () => random.whole(1, within)).sort((a, b) => a - b);
	return times.map((at, index): LifeStep => {
		// One in ten never finishes: watch lists must live with that.
		const ends = index === count - 1 && random.chance(0.9);
		const status = random.pick(ends ? ANY_END : ANY_STATUS);
		return isPartial(status)
			? { at, status, remains: random.whole(1, Math.max(1, units - 1)) }
			: { at, status };
	});
}

/** Depends on the seed and the order's ID only: not on what else happened before. */
export function lifeFor(
	lives: Lives,
	orderId: string,
	units: number,
	panelSeed: string | number,
): LifeStep[] {
	if (lives.kind === 'still') return [];
	if (lives.kind === 'script') return lives.steps;
	const random = createRandom(`life ${lives.seed ?? panelSeed} ${orderId}`);
	return lives.kind === 'usual' ? usualLife(random, units) : randomLife(random, units, lives);
}

export function refillLifeFor(refillId: string, panelSeed: string | number): LifeStep[] {
	const random = createRandom(`refill ${panelSeed} ${refillId}`);
	const start = random.whole(1, 10) * MINUTE;
	const end = start + random.whole(10, 120) * MINUTE;
	return [
		{ at: start, status: 'In progress' },
		{ at: end, status: random.chance(0.85) ? 'Completed' : 'Rejected' },
	];
}
