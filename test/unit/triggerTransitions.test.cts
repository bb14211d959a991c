/** Whatever happens between polls: what fires are the changes that polls have read, each once, in order. */
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { isFinal, spelling } from '../../nodes/SmmPanel/panel/statuses';
import type { Answer } from '../../nodes/SmmPanel/trigger/status/lookUp';
import {
	idsToLookUp,
	statusChanges,
	type Followed,
	type StatusRules,
} from '../../nodes/SmmPanel/trigger/status/transitions';
import { idsIn } from '../../nodes/SmmPanel/trigger/status/departures';
import { unpackMemory, unpackSeen } from '../../nodes/SmmPanel/trigger/status/memory';
import type { WatchList } from '../../nodes/SmmPanel/trigger/watchList/parse';

const RULES: StatusRules = {
	firstCheck: 'newOnly',
	from: new Set(),
	to: new Set(),
	recheckFinished: false,
	progressStep: 0,
	ignoreRejectedIds: false,
};

const STATUSES = [
	'Pending',
	'In progress',
	'Processing',
	'Queued at supplier',
	'Completed',
	'Partial',
	'Canceled',
];
const IDS = ['7', '8', '9', '23501', '23502', '99999999', 'ord_01HG9X', '007'];

/** One poll: what is on the list, what the panel would say, which IDs get an answer, and whether n8n restarts before. */
interface Step {
	list: string[];
	panel: Record<string, string>;
	silent: string[];
	rejected: string[];
	restart: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
	list: fc.subarray(IDS),
	panel: fc
		.array(fc.constantFrom(...STATUSES), { minLength: IDS.length, maxLength: IDS.length })
		.map((statuses) => Object.fromEntries(IDS.map((id, at) => [id, statuses[at] as string]))),
	silent: fc.subarray(IDS),
	rejected: fc.subarray(IDS),
	restart: fc.boolean(),
});

const listOf = (ids: readonly string[]): WatchList => ({
	rows: new Map(ids.map((id) => [id, undefined])),
	unusable: new Map(),
});

interface Fired {
	poll: number;
	id: string;
	from?: string | null;
	to?: string;
	error?: string;
}

interface Read {
	poll: number;
	id: string;
	status: string;
}

/** Runs the polls as n8n does: what a poll without items leaves is lost at a restart, but for the first one. */
function run(steps: readonly Step[], rules = RULES) {
	let memory: IDataObject | undefined;
	let saved: IDataObject | undefined;
	const fired: Fired[] = [];
	const reads: Read[] = [];
	const memories: IDataObject[] = [];
	steps.forEach(({ list, panel, silent, rejected, restart }, poll) => {
		if (restart) memory = saved;
		const watched = listOf(list);
		const answers = new Map<string, Answer<Followed>>();
		const reading = { source: 'ids', list: watched };
		for (const id of idsToLookUp(memory, reading, rules)) {
			const status = panel[id] as string;
			if (silent.includes(id)) continue;
			if (rejected.includes(id)) answers.set(id, { rejected: `Incorrect order ID ${id}` });
			else {
				answers.set(id, { value: { status, finished: isFinal(status) } });
				reads.push({ poll, id, status });
			}
		}
		const change = statusChanges(memory, { ...reading, answers, now: poll * 86_400_000 }, rules);
		for (const finding of change.findings) {
			const { id } = finding;
			if ('error' in finding) fired.push({ poll, id, error: finding.error });
			else fired.push({ poll, id, from: finding.previousStatus, to: finding.value.status });
		}
		memory = JSON.parse(JSON.stringify(change.memory)) as IDataObject;
		memories.push(memory);
		if (poll === 0 || change.findings.length > 0) saved = memory;
	});
	return { fired, reads, memories };
}

/** `A A B B A` → `A B A`. */
const changesOf = (statuses: readonly string[]) =>
	statuses.filter((status, at) => at === 0 || spelling(status) !== spelling(statuses[at - 1] as string));

/** Lists that only grow, with everything on the first one answered: what activation leaves. */
const growing = (steps: readonly Step[]): Step[] => {
	const list = new Set<string>();
	return steps.map((one, poll) => {
		one.list.forEach((id) => list.add(id));
		return { ...one, list: [...list], rejected: [], silent: poll === 0 ? [] : one.silent };
	});
};

const chain = (fired: readonly Fired[], id: string) => fired.filter((one) => one.id === id);

test('over any restarts and missing answers, an order fires each change that was read, once', () => {
	fc.assert(
		fc.property(fc.array(step, { minLength: 1, maxLength: 12 }).map(growing), (steps) => {
			const { fired, reads } = run(steps);
			for (const id of IDS) {
				const statuses = reads.filter((read) => read.id === id).map(({ status }) => status);
				const isOld = steps[0]?.list.includes(id) ?? false;
				const expected = changesOf(isOld ? statuses : ['Pending', ...statuses]);
				const [first, ...later] = chain(fired, id);
				expect(chain(fired, id).map(({ to }) => to)).toEqual(expected.slice(1));
				expect(later.map(({ from }) => from)).toEqual(expected.slice(1, -1));
				// Whether a new order was still Pending at an earlier poll need not be remembered
				if (first) expect(isOld ? [expected[0]] : [null, 'Pending']).toContain(first.from);
			}
		}),
		{ numRuns: 500 },
	);
});

test('over lists that shrink and grow, an order that comes back within a week is the old one', () => {
	fc.assert(
		fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (random) => {
			const steps = random.map((one) => ({ ...one, restart: false, rejected: [] }));
			const { fired, reads } = run(steps);
			for (const id of IDS) {
				const isOld = steps[0]?.list.includes(id) ?? false;
				const statuses = reads.filter((read) => read.id === id).map(({ status }) => status);
				const expected = changesOf(isOld ? statuses : ['Pending', ...statuses]).slice(1);
				expect(chain(fired, id).map(({ to }) => to)).toEqual(expected);
			}
		}),
		{ numRuns: 500 },
	);
});

test('what has left the list is remembered for a week, and nothing else is', () => {
	fc.assert(
		fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (random) => {
			const steps = random.map((one) => ({ ...one, silent: [], restart: false }));
			const { memories } = run(steps);
			memories.forEach((packed, poll) => {
				const memory = unpackMemory(packed);
				const left = memory.left.flatMap((gone) => [...idsIn(unpackSeen(gone))]);
				// A poll is a day here
				const lately = new Set(steps.slice(Math.max(0, poll - 8), poll + 1).flatMap(({ list }) => list));
				expect([...idsIn(memory)].sort()).toEqual([...(steps[poll]?.list ?? [])].sort());
				expect([...idsIn(memory), ...left].sort()).toEqual([...lately].sort());
			});
		}),
	);
});

test('a rejected ID is reported once until it has been answered again, and loses nothing by it', () => {
	fc.assert(
		fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), (random) => {
			const steps = random.map((one) => ({ ...one, list: IDS, silent: [], restart: false }));
			const { fired, reads } = run(steps);
			for (const id of IDS) {
				const story = steps.map(({ rejected }) => (rejected.includes(id) ? 'no' : 'yes'));
				const lastRead = reads.filter((read) => read.id === id && isFinal(read.status))[0]?.poll ?? Infinity;
				const asked = story.slice(0, lastRead + 1);
				const complaints = asked.filter((answer, at) => answer === 'no' && asked[at - 1] !== 'no').length;
				expect(chain(fired, id).filter(({ error }) => error !== undefined)).toHaveLength(complaints);
				const statuses = reads.filter((read) => read.id === id).map(({ status }) => status);
				expect(chain(fired, id).flatMap(({ to }) => (to === undefined ? [] : [to]))).toEqual(
					changesOf(statuses).slice(1),
				);
			}
		}),
		{ numRuns: 300 },
	);
});

test('with filters, exactly the changes that fit fire', () => {
	const filter = fc.subarray(STATUSES).map((statuses) => new Set(statuses.map(spelling)));
	fc.assert(
		fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), filter, filter, (random, from, to) => {
			const steps = random.map((one) => ({ ...one, restart: false }));
			const fits = ({ from: before, to: now, error }: Fired) =>
				error !== undefined ||
				((from.size === 0 || from.has(spelling(before ?? 'Pending'))) &&
					(to.size === 0 || to.has(spelling(now ?? ''))));
			const all = run(steps).fired;
			expect(run(steps, { ...RULES, from, to }).fired).toEqual(all.filter(fits));
		}),
	);
});
