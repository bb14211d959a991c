/** The panel's time, and what is due when. */

/** Real time × speed plus what was stepped; speed 0 is a clock that only moves when stepped. */
export type Clock = ReturnType<typeof createClock>;

export function createClock(start: number, speed: number) {
	let from = { real: Date.now(), panel: start, speed };
	const now = () => Math.floor(from.panel + Math.max(0, Date.now() - from.real) * from.speed);
	const notNegative = (value: number, what: string) => {
		if (!(value >= 0)) throw new Error(`${what} must be a number ≥ 0`);
		return value;
	};
	return {
		now,
		step: (ms: number) => void (from = { ...from, real: Date.now(), panel: now() + notNegative(ms, 'step') }),
		setSpeed: (to: number) =>
			void (from = { real: Date.now(), panel: now(), speed: notNegative(to, 'speed') }),
	};
}

export type Scheduler = ReturnType<typeof createScheduler>;

export function createScheduler() {
	/** The next one last: taking it off is cheap. */
	const due: Array<{ at: number; run: (at: number) => void }> = [];
	return {
		add(at: number, run: (at: number) => void) {
			let low = 0;
			for (let high = due.length; low < high; ) {
				const middle = (low + high) >> 1;
				if ((due[middle]?.at ?? 0) > at) low = middle + 1;
				else high = middle;
			}
			due.splice(low, 0, { at, run });
		},
		/** Runs everything due until then in the order of time, including what those add. */
		runUntil(time: number) {
			for (let next = due.at(-1); next && next.at <= time; next = due.at(-1)) {
				due.pop();
				next.run(next.at);
			}
		},
	};
}
