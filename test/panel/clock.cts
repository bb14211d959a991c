/** The panel's time: real time × speed plus what was stepped; speed 0 is a clock that only moves when stepped. */

export interface Clock {
	now(): number;
	step(ms: number): void;
	setSpeed(speed: number): void;
	/** The moment of the real clock at which the panel's clock passed this time. */
	realTimeOf(panelTime: number): number;
}

interface Stretch {
	real: number;
	panel: number;
	speed: number;
}

export function createClock(start: number, speed: number): Clock {
	const stretches: Stretch[] = [{ real: Date.now(), panel: start, speed }];
	const last = () => stretches[stretches.length - 1] as Stretch;
	const now = () => Math.floor(last().panel + Math.max(0, Date.now() - last().real) * last().speed);
	const begin = (panel: number, newSpeed: number) =>
		stretches.push({ real: Date.now(), panel, speed: newSpeed });

	function realTimeOf(panelTime: number): number {
		let at = stretches.length - 1;
		while (at > 0 && (stretches[at] as Stretch).panel > panelTime) at--;
		const { real, panel, speed: pace } = stretches[at] as Stretch;
		// Times inside a jump happened when the next stretch began.
		const end = stretches[at + 1]?.real ?? Date.now();
		if (panelTime <= panel) return real;
		return pace > 0 ? Math.min(end, real + (panelTime - panel) / pace) : end;
	}

	return {
		now,
		step(ms) {
			if (!(ms >= 0)) throw new Error('The clock only moves forward: step needs milliseconds ≥ 0');
			begin(now() + ms, last().speed);
		},
		setSpeed(newSpeed) {
			if (!(newSpeed >= 0)) throw new Error('speed must be a number ≥ 0');
			begin(now(), newSpeed);
		},
		realTimeOf,
	};
}
