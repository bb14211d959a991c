/**
 * What earlier tries of a run have left, under the numbers that its orders have now: where a workflow is changed before
 * its execution is tried again, other items can stand at their places.
 */
import type { Placement, Placements } from './placement';
import type { PlannedOrder } from './plan';

type About = Pick<Placement, 'service' | 'fields' | 'idempotencyKey' | 'inputHash'>;

const targetOf = ({ service, fields: { link, username } }: About) => [service, link ?? username ?? ''];
const allOf = ({ service, fields }: About) => [service, ...Object.entries(fields).sort()];

/** What makes an order the one of a placement, the surest first. Undefined: nothing of this kind is known. */
const LIKENESSES: ReadonlyArray<(place: string, about: About) => unknown> = [
	(place, about) => [place, about.idempotencyKey, allOf(about)],
	(_, about) => [about.idempotencyKey, allOf(about)],
	(place, about) => [place, about.idempotencyKey, targetOf(about)],
	(_, about) => [about.idempotencyKey, targetOf(about)],
	(place, about) => [place, targetOf(about)],
	// The same item, for which the workflow now orders something else
	(place, about) => about.inputHash && [place, about.inputHash],
];

/** Moves what is in `placements`. What no order of the plan is like stays in it under a name that is no number. */
export function recallFor(plan: readonly PlannedOrder[], placements: Placements): void {
	const left = new Map(Object.entries(placements));
	if (left.size === 0) return;
	const found = new Map<number, Placement>();
	for (const likeness of LIKENESSES) match(plan, left, found, likeness);
	for (const { item } of plan) {
		// Version 0.1.0 noted no hash
		const own = left.get(String(item));
		if (found.has(item) || own === undefined || own.inputHash !== undefined) continue;
		found.set(item, own);
		left.delete(String(item));
	}
	for (const place of Object.keys(placements)) delete placements[place];
	for (const [item, placement] of found) placements[item] = placement;
	for (const [place, placement] of left) {
		if (placement.state !== 'refused') placements[`earlier ${place.replace('earlier ', '')}`] = placement;
	}
}

function match(
	plan: readonly PlannedOrder[],
	left: Map<string, Placement>,
	found: Map<number, Placement>,
	likeness: (place: string, about: About) => unknown,
): void {
	const places = new Map<string, string[]>();
	for (const [place, placement] of left) {
		const like = likeness(place, placement);
		if (like === undefined) continue;
		const name = JSON.stringify(like);
		places.set(name, [...(places.get(name) ?? []), place]);
	}
	for (const order of plan) {
		const like = found.has(order.item) ? undefined : likeness(String(order.item), order);
		const place = like === undefined ? undefined : places.get(JSON.stringify(like))?.shift();
		const placement = place === undefined ? undefined : left.get(place);
		if (place === undefined || placement === undefined) continue;
		found.set(order.item, placement);
		left.delete(place);
	}
}
