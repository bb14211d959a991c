/**
 * The claim protocol as a model: some claimants, every order in which their steps can meet the table, and a crash before
 * each step. What n8n does after a crash is part of it: a dead claimant is a *ghost*, whose further steps at the table
 * may still be carried out, at any later time, but which never sends.
 *
 * The claimants order the same in one execution and its retries. `keys` has the key of each: equal orders are numbered
 * through, and after rows have shifted a Retry's order has another number. Who waits is a rival by its key alone; whose
 * row is held stands for an order of any key, by its content.
 *
 * A claimant has one row at most, so that a state is a small number: eight bits a claimant, and two for how many orders
 * have been placed under each key. IDs and clocks only decide who yields: here everybody may always yield, or not.
 */

export const ROW = { none: 0, waiting: 1, sending: 2, sendingAndPlaced: 3, placed: 4, unknown: 5 } as const;

const PC = {
	insert: 0,
	look: 1,
	/** `clear + rivals`, a set of the two others, as bits by their distance. */
	clear: 1,
	start: 5,
	yield: 6,
	held: 7,
	inFlight: 8,
	recordPlaced: 9,
	clearPlaced: 10,
	recordRefused: 11,
	recordUnknown: 12,
	end: 13,
} as const;

/** Where the model may differ from the protocol, to see that the checker finds what that breaks. */
export interface Mutation {
	/** Whoever deletes a rival counts it as cleared, whether or not the delete returned it. */
	trustDelete?: boolean;
	/** Rivals are deleted in whatever state they are. */
	deleteAnyState?: boolean;
	/** Sends although its update changed nothing. */
	trustUpdate?: boolean;
	/** A row in state `sending` does not hold its key. */
	sendingIsFree?: boolean;
	/** The row of a placed order is deleted before the final one is inserted. */
	clearFirst?: boolean;
	/** After a failed call rows are released although they may have been sent. */
	releaseSent?: boolean;
	/** A row of another key stands for nothing. */
	byKeyOnly?: boolean;
}

interface Rules {
	mutation: Mutation;
	/** 0 or 1 for each claimant. */
	keys: readonly number[];
	/** Retries: each begins when those before it have ended or died. */
	inTurn?: boolean;
}

interface Claimant {
	pc: number;
	ghost: boolean;
	row: number;
}

const BITS = 8;

const pack = (claimants: readonly Claimant[], placed: number): number =>
	claimants.reduce(
		(code, { pc, ghost, row }) => (code << BITS) | (pc << 4) | (row << 1) | Number(ghost),
		placed,
	);

const unpack = (code: number, count: number): { claimants: Claimant[]; placed: number } => {
	const claimants: Claimant[] = [];
	let rest = code;
	for (let index = 0; index < count; index++) {
		claimants.unshift({ pc: (rest >> 4) & 15, row: (rest >> 1) & 7, ghost: (rest & 1) === 1 });
		rest >>>= BITS;
	}
	return { claimants, placed: rest };
};

const isHeld = (row: number, mutation: Mutation) =>
	row > ROW.waiting && !(mutation.sendingIsFree && row === ROW.sending);

/** One step: what changes in the claimant, how many orders it places, and whose row it deletes. */
type Move = (change: Partial<Claimant>, placed?: number, other?: number) => void;

/** All states that one step of claimant `me` can lead to: the new claimants, and how many orders the step placed. */
function steps(all: readonly Claimant[], me: number, rules: Rules): Array<[Claimant[], number]> {
	const { mutation, inTurn = false } = rules;
	const next: Array<[Claimant[], number]> = [];
	const claimant = all[me] as Claimant;
	if (inTurn && all.slice(0, me).some(({ pc, ghost }) => pc !== PC.end && !ghost)) return next;
	const to: Move = (change, placed = 0, other) =>
		next.push([
			all.map((one, index) =>
				index === me ? { ...one, ...change } : index === other ? { ...one, row: ROW.none } : one,
			),
			placed,
		]);
	if (claimant.pc < PC.held) claiming(all, me, rules, to);
	else sending(claimant, mutation, to);
	ending(claimant, mutation, to);
	return next;
}

/** Up to the row that is marked as sending. */
function claiming(all: readonly Claimant[], me: number, { mutation, keys }: Rules, to: Move): void {
	const { pc, row } = all[me] as Claimant;
	const others = all.map((_, index) => index).filter((index) => index !== me);
	if (pc === PC.insert) to({ row: ROW.waiting, pc: PC.look });
	else if (pc === PC.look) {
		if (row === ROW.none) to({ pc: PC.insert });
		else if (
			others.some(
				(index) =>
					isHeld(all[index]?.row ?? 0, mutation) && (keys[index] === keys[me] || !mutation.byKeyOnly),
			)
		)
			to({ pc: PC.yield });
		else {
			const isRival = (index: number) => all[index]?.row === ROW.waiting && keys[index] === keys[me];
			const rivals = others.reduce((set, index, bit) => set | (isRival(index) ? 1 << bit : 0), 0);
			to({ pc: rivals === 0 ? PC.start : PC.clear + rivals });
			if (rivals !== 0) to({ pc: PC.yield });
		}
	} else if (pc > PC.clear && pc <= PC.clear + 3) {
		const rivals = pc - PC.clear;
		others.forEach((index, bit) => {
			if ((rivals & (1 << bit)) === 0) return;
			const rest = rivals & ~(1 << bit);
			const matches = mutation.deleteAnyState
				? all[index]?.row !== ROW.none
				: all[index]?.row === ROW.waiting;
			if (matches || mutation.trustDelete)
				to({ pc: rest === 0 ? PC.start : PC.clear + rest }, 0, matches ? index : undefined);
			else to({ pc: PC.yield });
		});
	} else if (pc === PC.start) {
		if (row === ROW.waiting) to({ row: ROW.sending, pc: PC.held });
		else to({ pc: mutation.trustUpdate ? PC.held : PC.insert });
	} else if (pc === PC.yield) {
		// Answers what it has seen, or claims anew; its own row goes, if it is still waiting
		to({ row: row === ROW.waiting ? ROW.none : row, pc: PC.end });
		to({ row: row === ROW.waiting ? ROW.none : row, pc: PC.insert });
	}
}

/** From there to the row of what came of it. */
function sending({ pc, ghost, row }: Claimant, mutation: Mutation, to: Move): void {
	if (pc === PC.held && !ghost) to({ pc: PC.inFlight });
	else if (pc === PC.inFlight && !ghost) {
		to({ pc: PC.recordPlaced }, 1);
		to({ pc: PC.recordRefused });
		to({ pc: PC.recordUnknown }, 1);
		to({ pc: PC.recordUnknown });
	} else if (pc === PC.recordPlaced) {
		if (mutation.clearFirst) to({ row: ROW.none, pc: PC.clearPlaced });
		else to({ row: ROW.sendingAndPlaced, pc: PC.clearPlaced });
	} else if (pc === PC.clearPlaced) to({ row: ROW.placed, pc: PC.end });
	else if (pc === PC.recordRefused) to({ row: row === ROW.sending ? ROW.none : row, pc: PC.end });
	else if (pc === PC.recordUnknown) to({ row: row === ROW.sending ? ROW.unknown : row, pc: PC.end });
}

/** Where the claimant dies, or a call of it fails. */
function ending({ pc, ghost, row }: Claimant, mutation: Mutation, to: Move): void {
	if (!ghost && pc !== PC.end) {
		// A crash; what was on its way to the panel may have arrived
		to({ ghost: true });
		if (pc === PC.inFlight) to({ ghost: true, pc: PC.end }, 1);
	}
	// A failed call: its step may still be carried out (the ghost), the claimant deletes what it has not sent
	const unsent = pc <= PC.held;
	if (ghost && (unsent || mutation.releaseSent)) {
		if (row === ROW.waiting || row === ROW.sending) to({ row: ROW.none });
	}
}

export interface Explored {
	states: number;
	/** States in which two orders have been placed for one key. */
	doubles: number;
	/** States in which an order has been placed under each of two keys. */
	both: number;
	/** States in which a living claimant can do nothing any more, although it has not ended. */
	stuck: number;
	/** States in which an order has been placed, or may have been, and no row tells of it. */
	forgotten: number;
}

/** Two bits a key. */
const placedUnder = (key: number, placed: number): number => (placed >> (2 * key)) & 3;

/** Every state that can be reached. A state with two orders of one key is counted, and not followed further. */
export function explore(keys: readonly number[], mutation: Mutation = {}, inTurn = false): Explored {
	const start = pack(
		keys.map(() => ({ pc: PC.insert, ghost: false, row: ROW.none })),
		0,
	);
	const seen = new Set([start]);
	const queue = [start];
	const found: Explored = { states: 0, doubles: 0, both: 0, stuck: 0, forgotten: 0 };
	for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
		const { claimants, placed } = unpack(state, keys.length);
		const counts = [placedUnder(0, placed), placedUnder(1, placed)];
		found.states++;
		if (counts.some((count) => count > 1)) {
			found.doubles++;
			continue;
		}
		if (counts.every((count) => count === 1)) found.both++;
		const isTold = (key: number) => claimants.some(({ row }, at) => keys[at] === key && row > ROW.waiting);
		if (counts.some((count, key) => count === 1 && !isTold(key))) found.forgotten++;
		claimants.forEach(({ ghost, pc }, me) => {
			const next = steps(claimants, me, { mutation, keys, inTurn });
			if (next.length === 0 && !inTurn && !ghost && pc !== PC.end) found.stuck++;
			for (const [after, more] of next) {
				const packed = pack(after, placed + more * (1 << (2 * (keys[me] ?? 0))));
				if (seen.has(packed)) continue;
				seen.add(packed);
				queue.push(packed);
			}
		});
	}
	return found;
}
