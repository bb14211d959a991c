import type { Action } from './actions.cts';

/** Limits per key by the real clock, in a sliding window; a refused request does not count. */

export interface RateLimit {
	perMinute?: number;
	/** For single actions, e.g. `{ add: { limit: 1, windowMs: 1000 } }`. */
	perAction?: Partial<Record<Action, { limit: number; windowMs: number }>>;
	/** How a refusal is answered: HTTP 429, with `Retry-After` as well, or HTTP 200 with the error only. */
	style?: '429' | '429RetryAfter' | '200';
}

interface Window {
	limit: number;
	windowMs: number;
	times: number[];
}

export interface Limiter {
	/** Milliseconds until the next request is allowed; 0 lets this one pass and counts it. */
	waitFor(key: string, action: Action, now: number): number;
}

function waitIn(window: Window, now: number): number {
	while (window.times[0] !== undefined && window.times[0] <= now - window.windowMs) window.times.shift();
	const oldest = window.times[window.times.length - window.limit];
	return oldest === undefined ? 0 : oldest + window.windowMs - now;
}

export function createLimiter(rules: RateLimit): Limiter {
	const windows = new Map<string, Window>();
	const windowFor = (name: string, limit: number, windowMs: number): Window => {
		const window = windows.get(name) ?? { limit, windowMs, times: [] };
		windows.set(name, window);
		return window;
	};
	return {
		waitFor(key, action, now) {
			const own = rules.perAction?.[action];
			const concerned = [
				...(rules.perMinute ? [windowFor(key, rules.perMinute, 60_000)] : []),
				...(own ? [windowFor(`${key} ${action}`, own.limit, own.windowMs)] : []),
			];
			const wait = Math.max(0, ...concerned.map((window) => waitIn(window, now)));
			if (wait === 0) for (const window of concerned) window.times.push(now);
			return wait;
		},
	};
}
