/** The panel's time, and what is due when. */

/** Real time × speed plus what was stepped; speed 0 is a clock that only moves when stepped. */
export interface Clock {
	now(): number;
	step(ms: number): void;
	setSpeed(speed: number): void;
}

export function createClock(start: number, speed: number): Clock {
	let from = { real: Date.now(), panel: start, speed };
	const now = () => Math.floor(from.panel + Math.max(0, Date.now() - from.real) * from.speed);
	const notNegative = (value: number, what: string) => {
		if (!(value >= 0)) throw new Error(`${what} must be a number ≥ 0`);
		return value;
	};
	return {
		now,
		step: (ms) => void (from = { ...from, real: Date.now(), panel: now() + notNegative(ms, 'step') }),
		setSpeed: (to) => void (from = { real: Date.now(), panel: now(), speed: notNegative(to, 'speed') }),
	};
}

export interface Scheduler {
	add(at: number, run: (at: number) => void): void;
	/** Runs everything due until then in the order of time, including what those add. */
	runUntil(time: number): void;
}

export function createScheduler(): Scheduler {
	/** The next one last: taking it off is cheap. */
	const due: Array<{ at: number; run: (at: number) => void }> = [];
	return {
		add(at, run) {
			let low = 0;
			for (let high = due.length; low < high; ) {
				const middle = (low + high) >> 1;
				if ((due[middle]?.at ?? 0) > at) low = middle + 1;
				else high = middle;
			}
			due.splice(low, 0, { at, run });
		},
		runUntil(time) {
			for (let next = due.at(-1); next && next.at <= time; next = due.at(-1)) {
				due.pop();
				next.run(next.at);
			}
		},
	};
}
