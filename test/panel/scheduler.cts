/** The panel's time, and what is due when. */

/** Real time × speed plus what was stepped; speed 0 is a clock that only moves when stepped. */
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

/** What is due when: a binary heap, so that a hundred thousand orders cost no more per event than a few. */
export interface Scheduler {
	add(at: number, run: (at: number) => void): void;
	/** Runs everything due until then in the order of time, including what those add. */
	runUntil(time: number): void;
	size(): number;
}

interface Entry {
	at: number;
	seq: number;
	run: (at: number) => void;
}

const before = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.seq < b.seq);

function push(heap: Entry[], entry: Entry): void {
	let at = heap.push(entry) - 1;
	while (at > 0) {
		const parent = (at - 1) >> 1;
		const above = heap[parent] as Entry;
		if (!before(entry, above)) break;
		heap[at] = above;
		at = parent;
	}
	heap[at] = entry;
}

function pop(heap: Entry[]): Entry {
	const first = heap[0] as Entry;
	const entry = heap.pop() as Entry;
	if (heap.length === 0) return first;
	let at = 0;
	for (;;) {
		let child = at * 2 + 1;
		if (child >= heap.length) break;
		const right = heap[child + 1];
		if (right && before(right, heap[child] as Entry)) child++;
		const below = heap[child] as Entry;
		if (!before(below, entry)) break;
		heap[at] = below;
		at = child;
	}
	heap[at] = entry;
	return first;
}

export function createScheduler(): Scheduler {
	const heap: Entry[] = [];
	let seq = 0;
	return {
		add: (at, run) => push(heap, { at, seq: seq++, run }),
		runUntil(time) {
			while (heap[0] && heap[0].at <= time) {
				const entry = pop(heap);
				entry.run(entry.at);
			}
		},
		size: () => heap.length,
	};
}
