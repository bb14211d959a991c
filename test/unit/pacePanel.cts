/** A panel that does nothing but count and refuse, on a clock that waits for nobody. */
import { createPanelClient, type ClientOptions } from '../../nodes/SmmPanel/panel/client';
import { Pace } from '../../nodes/SmmPanel/panel/pace';
import type { Transport } from '../../nodes/SmmPanel/panel/transport';
import { virtualClock } from './clientFixture.cts';

export type Counting = 'sliding' | 'fixed' | 'bucket';
export type Style = '429' | '429RetryAfter' | '200';

export interface Limited {
	perMinute?: number;
	counting?: Counting;
	style?: Style;
	latencyMs?: number;
	/** At most so many requests are worked on at once; the others wait. */
	workers?: number;
	/** Every so manyth request is refused by accident, with "Retry-After: 0". */
	strayEvery?: number;
	/** Milliseconds into a fixed window at which the first request comes. */
	phaseMs?: number;
}

/** Milliseconds until a request may pass; 0 lets it pass and counts it. */
function counter({ perMinute = 0, counting = 'sliding', phaseMs = 0 }: Limited, start: number) {
	const windowMs = 60_000;
	const passed: number[] = [];
	let tokens = perMinute;
	let filledAt = start;
	return (now: number): number => {
		if (perMinute === 0) return 0;
		if (counting === 'bucket') {
			tokens = Math.min(perMinute, tokens + ((now - filledAt) * perMinute) / windowMs);
			filledAt = now;
			if (tokens < 1) return ((1 - tokens) * windowMs) / perMinute;
			tokens--;
			return 0;
		}
		const window = Math.floor((now - start + phaseMs) / windowMs);
		const from = counting === 'fixed' ? start - phaseMs + window * windowMs : now - windowMs;
		while ((passed[0] ?? Infinity) < from || passed[0] === now - windowMs) passed.shift();
		if (passed.length < perMinute) {
			passed.push(now);
			return 0;
		}
		return (counting === 'fixed' ? from : (passed[0] as number)) + windowMs - now;
	};
}

const answerTo = (fields: Record<string, string>, serial: number): unknown => {
	if (fields.action === 'add') return { order: serial };
	if (fields.action === 'balance') return { balance: '1' };
	const status = { status: 'Pending', charge: '1', remains: '1', start_count: '1', currency: 'USD' };
	if (fields.order !== undefined) return status;
	return Object.fromEntries((fields.orders ?? '').split(',').map((id) => [id, status]));
};

export function limitedPanel(limited: Limited = {}) {
	const { latencyMs = 50, style = '429', workers = Infinity } = limited;
	const clock = virtualClock();
	const start = clock.now();
	const waitFor = counter(limited, start);
	const seen = { total: 0, refused: 0, atOnce: 0, mostAtOnce: 0, sentAt: [] as number[] };
	const idleFrom: number[] = [];
	const panel = { down: false };

	/** Where few work, a request waits for one of them. */
	async function work(): Promise<void> {
		if (workers === Infinity) return await clock.sleep(latencyMs);
		idleFrom.sort((a, b) => a - b);
		const free = idleFrom.length < workers ? clock.now() : Math.max(clock.now(), idleFrom.shift() as number);
		idleFrom.push(free + latencyMs);
		await clock.sleep(free + latencyMs - clock.now());
	}

	const transport: Transport = async ({ fields }) => {
		seen.sentAt.push(clock.now());
		seen.mostAtOnce = Math.max(seen.mostAtOnce, ++seen.atOnce);
		const serial = ++seen.total;
		const wait = panel.down ? 3_000 : waitFor(clock.now());
		await work();
		seen.atOnce--;
		if (limited.strayEvery !== undefined && serial % limited.strayEvery === 0) {
			seen.refused++;
			return { status: 429, headers: { 'retry-after': '0' }, body: '' };
		}
		if (wait <= 0) return { status: 200, headers: {}, body: JSON.stringify(answerTo(fields, serial)) };
		seen.refused++;
		const headers = style === '429RetryAfter' ? { 'retry-after': String(Math.ceil(wait / 1000)) } : {};
		return { status: style === '200' ? 200 : 429, headers, body: '{"error":"Too many requests"}' };
	};

	const pace = new Pace();
	const client = (options: Partial<ClientOptions> = {}) =>
		createPanelClient({
			transport,
			clock,
			apiUrl: 'https://panel.test/api/v2',
			apiKey: 'a-key',
			pace,
			...options,
		});
	return { client, clock, seen, panel, pace, elapsed: () => clock.now() - start };
}

/** Places so many orders; returns what failed. */
export async function placeAll(
	client: ReturnType<ReturnType<typeof limitedPanel>['client']>,
	count: number,
): Promise<unknown[]> {
	const failed: unknown[] = [];
	for (let at = 0; at < count; at++)
		await client.add({ service: '1' }).catch((error: unknown) => failed.push(error));
	return failed;
}

export const ids = (count: number): string[] =>
	Array.from({ length: count }, (_, index) => String(index + 1));

/** The least time in which a panel lets so many requests pass, in milliseconds. */
export function leastTime(
	{ perMinute = 0, counting = 'sliding', phaseMs = 0 }: Limited,
	count: number,
): number {
	if (perMinute === 0) return 0;
	if (counting === 'bucket') return (Math.max(0, count - perMinute) * 60_000) / perMinute;
	return Math.max(0, Math.ceil(count / perMinute) - 1) * 60_000 - (count > perMinute ? phaseMs : 0);
}
