/** Whatever happens between polls: what fires are the changes that polls have read, each once, in order. */
import fc from 'fast-check';
import { isFinal, spelling } from '../../nodes/SmmPanel/panel/statuses';
import type { StatusRules } from '../../nodes/SmmPanel/trigger/status/transitions';
import { follower, is } from './follower.cts';

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
function run(steps: readonly Step[], rules: Partial<StatusRules> = {}) {
	const trigger = follower(rules);
	let saved: string | undefined;
	const fired: Fired[] = [];
	const reads: Read[] = [];
	const remembered: Array<{ listed: string[]; left: string[] }> = [];
	steps.forEach(({ list, panel, silent, rejected, restart }, poll) => {
		if (restart) trigger.stored = saved;
		const says = (id: string) => {
			if (silent.includes(id)) return undefined;
			if (rejected.includes(id)) return { rejected: `Incorrect order ID ${id}` };
			const status = panel[id] as string;
			reads.push({ poll, id, status });
			return is(status);
		};
		const { findings } = trigger.poll(list, says, { day: poll });
		for (const finding of findings) {
			const { id } = finding;
			if ('error' in finding) fired.push({ poll, id, error: finding.error });
			else fired.push({ poll, id, from: finding.previousStatus, to: finding.value.status });
		}
		const left = trigger.left();
		const listed = [...trigger.memory().seen.keys()].filter((id) => !left.includes(id));
		remembered.push({ listed, left });
		if (poll === 0 || findings.length > 0) saved = trigger.stored;
	});
	return { fired, reads, remembered };
}

/** `A A B B A` → `A B A`. */
const changesOf = (statuses: readonly string[]) =>
	statuses.filter((status, at) => at === 0 || spelling(status) !== spelling(statuses[at - 1] as string));

const chain = (fired: readonly Fired[], id: string) => fired.filter((one) => one.id === id);

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
			run(steps).remembered.forEach(({ listed, left }, poll) => {
				// A poll is a day here
				const lately = new Set(steps.slice(Math.max(0, poll - 8), poll + 1).flatMap(({ list }) => list));
				expect(listed.sort()).toEqual([...(steps[poll]?.list ?? [])].sort());
				expect([...listed, ...left].sort()).toEqual([...lately].sort());
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
			expect(run(steps, { from, to }).fired).toEqual(all.filter(fits));
		}),
	);
});
