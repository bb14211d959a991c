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
	for (const order of orders) new OrderJudge(order, verdict, overlapping).judge(lives);
	return verdict;
}

const same = (a: string, b: string) => spelling(a) === spelling(b);

/** The last poll of a life may have been cut off, or what came of it: n8n had had no time to store it. */
const isCut = (life: Life, at: number): boolean =>
	life.killedAt !== undefined && !life.polls.some((poll) => poll > at) && life.killedAt - at < STORING_MS;

interface Change {
	from: string;
	to: string;
}

/** One order through the lives of n8n. */
class OrderJudge {
	/** What the trigger knows. */
	private state: string;
	/** What the poll that died was told, if nothing of it was stored. */
	private died?: string;
	/** Told at the end of a life: not fired, or fired, as far as n8n has stored it. */
	private open?: Change;
	private cutEmission?: Change;

	constructor(
		private readonly order: OrderBooks,
		private readonly verdict: Verdict,
		private readonly overlapping: boolean,
	) {
		this.state = order.atFirst ? (order.sightings[0]?.status ?? 'Pending') : 'Pending';
	}

	judge(lives: readonly Life[]): void {
		lives.forEach((life, index) => this.judgeLife(life, lives[index + 1]?.startedAt ?? Infinity));
		if (this.died !== undefined) this.fault(`${this.order.id}: not asked for again after ${this.died}`);
	}

	private fault(...words: string[]): void {
		this.verdict.faults.push(...words);
	}

	private judgeLife(life: Life, until: number): void {
		const within = ({ at }: { at: number }) => at >= life.startedAt && at < until;
		const runs = runsOf(this.order.sightings.filter(within));
		const fired = this.order.fired.filter(within);
		this.open = this.cutEmission = undefined;
		runs.forEach((run, index) => {
			const end = runs[index + 1]?.at ?? Infinity;
			this.judgeSighting(
				life,
				run,
				fired.filter(({ at }) => at >= run.at && at < end),
			);
		});
		for (const { from, to, at } of fired) {
			if (at < (runs[0]?.at ?? Infinity))
				this.fault(`${this.order.id}: fired ${from} → ${to} without having been told`);
		}
		if (life.killedAt !== undefined) this.judgeKill(life.saved?.get(this.order.id) ?? 'Pending');
	}

	private judgeSighting(life: Life, { status, at }: Sighting, own: readonly Fired[]): void {
		const { verdict, state } = this;
		const story = `${this.order.id}: ${state} → ${status}`;
		this.judgeDied(status);
		if (same(state, status)) {
			this.fault(...own.map(({ to }) => `${story}: fired ${to} though nothing had changed`));
			return;
		}
		const [first, ...more] = own;
		if (first) {
			verdict.told++;
			verdict.emitted++;
			if (!same(first.from ?? 'Pending', state) || !same(first.to, status))
				this.fault(`${story}: fired as ${first.from} → ${first.to}`);
			if (isCut(life, at)) this.cutEmission = { from: state, to: status };
		} else if (isCut(life, at)) this.open = { from: state, to: status };
		else if (this.overlapping && firesFrom(this.order, at, state)) {
			verdict.told++;
			verdict.overtaken.push(story);
			return;
		} else {
			verdict.told++;
			this.fault(`${story}: lost`);
		}
		this.fault(...more.map(({ to }) => `${story}: fired again as ${to}`));
		this.state = status;
	}

	/** The next n8n is told again what the last poll of the one before had been told, or something else. */
	private judgeDied(status: string): void {
		if (this.died === undefined) return;
		if (same(this.died, status)) this.verdict.toldAgain++;
		else {
			this.verdict.told++;
			this.verdict.diedWithPoll.push(`${this.order.id}: ${this.state} → ${this.died}`);
		}
		this.died = undefined;
	}

	/** `saved`: the status in n8n's database after the kill. */
	private judgeKill(saved: string): void {
		const { verdict, open, cutEmission } = this;
		const { id } = this.order;
		if (open && same(saved, open.to)) {
			verdict.told++;
			verdict.lostByN8n.push(`${id}: ${open.from} → ${open.to}`);
		} else if (open && same(saved, open.from)) this.died = open.to;
		else if (cutEmission && same(saved, cutEmission.from)) {
			verdict.told--;
			verdict.doubledByN8n.push(`${id}: ${cutEmission.from} → ${cutEmission.to}`);
		} else if (!same(saved, this.state)) {
			this.fault(`${id}: ${saved} was saved where ${this.state} had been told`);
		}
		this.state = saved;
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
