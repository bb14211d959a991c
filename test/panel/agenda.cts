/** What is due when: a binary heap, so that a hundred thousand orders cost no more per event than a few. */

export interface Agenda {
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

export function createAgenda(): Agenda {
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
