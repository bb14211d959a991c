/** Holds what a trigger fired against what the panel told it, life by life of n8n. Pure: for tests. */
import { spelling } from '../../nodes/SmmPanel/panel/statuses';

/** A status that the panel gave in an answered request. */
export interface Sighting {
	status: string;
	/** When the request arrived: no item that comes of it is older. */
	at: number;
}

/** An item in one of n8n's stored executions. */
export interface Fired {
	from: string | null;
	to: string;
	/** `detectedAt`. */
	at: number;
}

/** n8n from a start to its end. */
export interface Life {
	startedAt: number;
	/** Missing: the last one. */
	killedAt?: number;
	/** When the watch list was asked for: each poll begins with that. */
	polls: number[];
	/** The statuses in n8n's database after the kill. */
	saved?: ReadonlyMap<string, string>;
}

export interface OrderBooks {
	id: string;
	/** On the list at the first check, which only remembers. */
	atFirst: boolean;
	sightings: Sighting[];
	fired: Fired[];
}

export interface Verdict {
	/** Changes that polls were told, a status told again to the next n8n counted once. */
	told: number;
	/** Changes that are in an execution. */
	emitted: number;
	/** The node's faults, in words: must be empty. */
	faults: string[];
	/** n8n had saved the new state when it was killed, but not the execution that came with it. */
	lostByN8n: string[];
	/** n8n had saved the execution when it was killed, but not the state that came with it. */
	doubledByN8n: string[];
	/** Told to a poll that died before n8n had saved anything of it, and another status when n8n was back. */
	diedWithPoll: string[];
	/** Told to a poll that a newer one overtook, of which another status came: with durable cursors only. */
	overtaken: string[];
	/** Told to a poll that died, but told to the next n8n as well, and emitted then. */
	toldAgain: number;
}

/** Longer than n8n takes to store what a poll gave it. */
const STORING_MS = 3_000;

const newVerdict = (): Verdict => ({
	told: 0,
	emitted: 0,
	faults: [],
	lostByN8n: [],
	doubledByN8n: [],
	diedWithPoll: [],
	overtaken: [],
	toldAgain: 0,
});

/** `overlapping`: n8n runs overdue polls at the same time, each with a copy of the state. */
export function judge(orders: readonly OrderBooks[], lives: readonly Life[], overlapping = false): Verdict {
	const verdict = newVerdict();
	for (const order of orders) judgeOrder(order, lives, verdict, overlapping);
	return verdict;
}

const same = (a: string, b: string) => spelling(a) === spelling(b);

/** The last poll of a life may have been cut off, or what came of it: n8n had had no time to store it. */
const isCut = (life: Life, at: number): boolean =>
	life.killedAt !== undefined && !life.polls.some((poll) => poll > at) && life.killedAt - at < STORING_MS;

function judgeOrder(order: OrderBooks, lives: readonly Life[], verdict: Verdict, overlapping: boolean): void {
	const { id } = order;
	let state = order.atFirst ? (order.sightings[0]?.status ?? 'Pending') : 'Pending';
	/** What the poll that died was told, if nothing of it was stored. */
	let died: string | undefined;
	for (const life of lives) {
		const until = lives[lives.indexOf(life) + 1]?.startedAt ?? Infinity;
		const within = ({ at }: { at: number }) => at >= life.startedAt && at < until;
		const runs = runsOf(order.sightings.filter(within));
		const fired = order.fired.filter(within);
		let open: { from: string; to: string } | undefined;
		let cutEmission: { from: string; to: string } | undefined;
		runs.forEach(({ status, at }, index) => {
			const end = runs[index + 1]?.at ?? Infinity;
			const own = fired.filter((one) => one.at >= at && one.at < end);
			const story = `${id}: ${state} → ${status}`;
			if (died !== undefined) {
				if (same(died, status)) verdict.toldAgain++;
				else {
					verdict.told++;
					verdict.diedWithPoll.push(`${id}: ${state} → ${died}`);
				}
				died = undefined;
			}
			if (same(state, status)) {
				verdict.faults.push(...own.map(({ to }) => `${story}: fired ${to} though nothing had changed`));
				return;
			}
			const [first, ...more] = own;
			if (first) {
				verdict.told++;
				verdict.emitted++;
				if (!same(first.from ?? 'Pending', state) || !same(first.to, status)) {
					verdict.faults.push(`${story}: fired as ${first.from} → ${first.to}`);
				}
				if (isCut(life, at)) cutEmission = { from: state, to: status };
			} else if (isCut(life, at)) open = { from: state, to: status };
			else if (overlapping && firesFrom(order, at, state)) {
				verdict.told++;
				verdict.overtaken.push(story);
				return;
			} else {
				verdict.told++;
				verdict.faults.push(`${story}: lost`);
			}
			verdict.faults.push(...more.map(({ to }) => `${story}: fired again as ${to}`));
			state = status;
		});
		const early = fired.filter(({ at }) => at < (runs[0]?.at ?? Infinity));
		verdict.faults.push(
			...early.map(({ from, to }) => `${id}: fired ${from} → ${to} without having been told`),
		);
		if (life.killedAt === undefined) continue;
		const saved = life.saved?.get(id) ?? 'Pending';
		if (open && same(saved, open.to)) {
			verdict.told++;
			verdict.lostByN8n.push(`${id}: ${open.from} → ${open.to}`);
		} else if (open && same(saved, open.from)) died = open.to;
		else if (cutEmission && same(saved, cutEmission.from)) {
			verdict.told--;
			verdict.doubledByN8n.push(`${id}: ${cutEmission.from} → ${cutEmission.to}`);
		} else if (!same(saved, state)) {
			verdict.faults.push(`${id}: ${saved} was saved where ${state} had been told`);
		}
		state = saved;
	}
	if (died !== undefined) {
		verdict.told++;
		verdict.faults.push(`${id}: not asked for again after ${died}`);
	}
}

/** Whether what fires next for the order starts from this status: then nothing was forgotten. */
const firesFrom = ({ fired }: OrderBooks, after: number, state: string): boolean => {
	const next = fired.find(({ at }) => at >= after);
	return next !== undefined && same(next.from ?? 'Pending', state);
};

/** `A A B B A` → `A B A`, each as it was told first. */
const runsOf = (sightings: readonly Sighting[]): Sighting[] =>
	sightings.filter(
		({ status }, index) => index === 0 || !same(status, (sightings[index - 1] as Sighting).status),
	);

/** Whether the trigger's last word on an order is the panel's: what a user's table shows in the end. */
export const endsRight = ({ fired, sightings, atFirst }: OrderBooks): boolean => {
	const last = sightings.at(-1)?.status;
	const shown = fired.at(-1)?.to ?? (atFirst ? sightings[0]?.status : 'Pending');
	return last !== undefined && shown !== undefined && same(last, shown);
};
