/**
 * The claim protocol as a model: some claimants of one key, every order in which their steps can meet the table, and
 * a crash before each step. What n8n does after a crash is part of it: a dead claimant is a *ghost*, whose further
 * steps at the table may still be carried out, at any later time, but which never sends.
 *
 * A claimant has one row at most, so that a state is a small number: nine bits a claimant, and how many orders have
 * been placed. IDs and clocks only decide who yields: here everybody may always yield, and may always not.
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
function steps(all: readonly Claimant[], me: number, mutation: Mutation): Array<[Claimant[], number]> {
	const next: Array<[Claimant[], number]> = [];
	const claimant = all[me] as Claimant;
	const to: Move = (change, placed = 0, other) =>
		next.push([
			all.map((one, index) =>
				index === me ? { ...one, ...change } : index === other ? { ...one, row: ROW.none } : one,
			),
			placed,
		]);
	if (claimant.pc < PC.held) claiming(all, me, mutation, to);
	else sending(claimant, mutation, to);
	ending(claimant, mutation, to);
	return next;
}

/** Up to the row that is marked as sending. */
function claiming(all: readonly Claimant[], me: number, mutation: Mutation, to: Move): void {
	const { pc, row } = all[me] as Claimant;
	const others = all.map((_, index) => index).filter((index) => index !== me);
	if (pc === PC.insert) to({ row: ROW.waiting, pc: PC.look });
	else if (pc === PC.look) {
		if (row === ROW.none) to({ pc: PC.insert });
		else if (others.some((index) => isHeld(all[index]?.row ?? 0, mutation))) to({ pc: PC.yield });
		else {
			const rivals = others.reduce(
				(set, index, bit) => set | (all[index]?.row === ROW.waiting ? 1 << bit : 0),
				0,
			);
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
	/** States in which a living claimant can do nothing any more, although it has not ended. */
	stuck: number;
	/** States in which an order has been placed, or may have been, and no row tells of it. */
	forgotten: number;
}

/** Claimants are alike: of all states that differ in their order only, one is looked at. */
const canonical = (claimants: Claimant[], placed: number, symmetric: boolean): number =>
	symmetric
		? pack(
				[...claimants].sort((a, b) => code(a) - code(b)),
				placed,
			)
		: pack(claimants, placed);

const code = ({ pc, ghost, row }: Claimant) => (pc << 4) | (row << 1) | Number(ghost);

/** Every state that can be reached. A state with two placed orders is counted, and not followed further. */
export function explore(count: number, mutation: Mutation = {}): Explored {
	const start = pack(
		Array.from({ length: count }, () => ({ pc: PC.insert, ghost: false, row: ROW.none })),
		0,
	);
	const seen = new Set([start]);
	const queue = [start];
	const found: Explored = { states: 0, doubles: 0, stuck: 0, forgotten: 0 };
	for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
		const { claimants, placed } = unpack(state, count);
		found.states++;
		if (placed > 1) {
			found.doubles++;
			continue;
		}
		if (placed === 1 && claimants.every(({ row }) => row <= ROW.waiting)) found.forgotten++;
		claimants.forEach(({ ghost, pc }, me) => {
			const next = steps(claimants, me, mutation);
			if (next.length === 0 && !ghost && pc !== PC.end) found.stuck++;
			for (const [after, more] of next) {
				// The sets of rivals name the others by their place: only where nobody has one are they alike
				const symmetric = after.every((one) => !(one.pc > PC.clear && one.pc <= PC.clear + 3));
				const packed = canonical(after, placed + more, symmetric);
				if (seen.has(packed)) continue;
				seen.add(packed);
				queue.push(packed);
			}
		});
	}
	return found;
}
