/** Earlier tries' placements, under the numbers of the orders that they are. */
import type { Placement, Placements } from '../../../nodes/SmmPanel/actions/order/placing/placement';
import { aboutOrder } from '../../../nodes/SmmPanel/actions/order/placing/placement';
import type { PlannedOrder } from '../../../nodes/SmmPanel/actions/order/placing/plan';
import { recallFor } from '../../../nodes/SmmPanel/actions/order/placing/recall';
import { inputProblem } from '../../../nodes/SmmPanel/shared/problems';
import { orderOf } from './orders.cts';

const linked = (item: number, link: string, more: Partial<PlannedOrder> = {}) =>
	orderOf(item, { fields: { link, quantity: '100' }, inputHash: `item of ${link}`, ...more });
const placed = (order: PlannedOrder, id: string): Placement => ({
	...aboutOrder(order),
	state: 'placed',
	order: id,
});

/** What has been placed, by number, after a try with another plan. */
function recalled(before: Array<[PlannedOrder, string]>, plan: PlannedOrder[]): Record<string, string> {
	const placements: Placements = Object.fromEntries(
		before.map(([order, id]) => [order.item, placed(order, id)]),
	);
	recallFor(plan, placements);
	return Object.fromEntries(
		Object.entries(placements).map(([number, one]) => [
			number,
			one.state === 'placed' ? one.order : one.state,
		]),
	);
}

const A: [PlannedOrder, string] = [linked(0, 'a'), 'A'];
const B: [PlannedOrder, string] = [linked(1, 'b'), 'B'];

it.each<[string, Array<[PlannedOrder, string]>, PlannedOrder[], Record<string, string>]>([
	['where nothing has changed', [A, B], [linked(0, 'a'), linked(1, 'b')], { 0: 'A', 1: 'B' }],
	['of items in another order', [A, B], [linked(0, 'b'), linked(1, 'a')], { 0: 'B', 1: 'A' }],
	['before a new item', [A], [linked(0, 'n'), linked(1, 'a')], { 1: 'A' }],
	['of an item that is gone', [A, B], [linked(0, 'b')], { 0: 'B', 'earlier 0': 'A' }],
	[
		'of the same item that now has another service and link',
		[A],
		[linked(0, 'z', { service: '8', inputHash: 'item of a' })],
		{ 0: 'A' },
	],
	[
		'of an item with another quantity',
		[A],
		[orderOf(0, { fields: { link: 'a', quantity: '7' }, inputHash: 'changed' })],
		{ 0: 'A' },
	],
	['of equal items once each', [A], [linked(0, 'a'), linked(1, 'a')], { 0: 'A' }],
	[
		'of equal items with keys that have changed places',
		[[linked(0, 'a', { idempotencyKey: 'k' }), 'A']],
		[linked(0, 'a', { idempotencyKey: 'l' }), linked(1, 'a', { idempotencyKey: 'k' })],
		{ 1: 'A' },
	],
	['that version 0.1.0 has left, by their number', [[orderOf(0), 'A']], [linked(0, 'z')], { 0: 'A' }],
])('%s', (_, before, plan, expected) => {
	expect(recalled(before, plan)).toEqual(expected);
});

it('keeps what was placed by an item that is gone over further tries, and forgets what was refused', () => {
	const placements: Placements = {
		0: placed(A[0], 'A'),
		1: { ...aboutOrder(B[0]), state: 'refused', problem: inputProblem('x', 'y') },
	};
	recallFor([linked(0, 'c')], placements);
	recallFor([linked(0, 'd')], placements);
	expect(Object.keys(placements)).toEqual(['earlier 0']);
	recallFor([linked(0, 'd'), linked(1, 'a')], placements);
	expect(placements).toEqual({ 1: placed(A[0], 'A') });
});
