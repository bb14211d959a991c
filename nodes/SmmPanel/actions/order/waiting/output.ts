/** What comes out when nothing is waited for any more: all orders, in the order of the input. Pure. */
import type { IDataObject } from 'n8n-workflow';
import { inputProblem, type Problem } from '../../../shared/problems';
import type { Asked, Packed } from './packed';
import { endOf, hours, waitedMinutes, type Wait, type Watched } from './wait';

export interface Ended {
	item: number;
	json: IDataObject;
	problem?: Problem;
}

export function endedItems({ asked, settings }: Packed, wait: Wait, now: number): Ended[] {
	const byOrder = new Map(wait.orders.map((order) => [order.order, order]));
	return asked.map((one): Ended => {
		const watched = 'order' in one ? byOrder.get(one.order) : undefined;
		if (!('order' in one) || watched === undefined)
			return { item: one.item, json: {}, problem: notAsked(one) };
		const { item } = one;
		const json = { order: watched.order, ...watched.status, waited: waitedMinutes(watched, wait, now) };
		switch (endOf(watched, wait, settings)) {
			case 'reached':
				return { item, json };
			case 'rejected':
				return { item, json, problem: named(watched, watched.problem) };
			default:
				return { item, ...timeUp(watched, json, settings) };
		}
	});
}

const notAsked = (one: Asked): Problem => ({
	...inputProblem(
		'message' in one ? one.message : `Order ${one.order}: this wait had already ended`,
		'remedy' in one ? one.remedy : "Check 'Order IDs'.",
	),
	action: 'status',
});

function timeUp(
	watched: Watched,
	json: IDataObject,
	{ whenTimeIsUp, maxWaitMs }: Packed['settings'],
): Pick<Ended, 'json' | 'problem'> {
	const ended = { ...json, timedOut: true };
	const { status, problem } = watched;
	if (problem === undefined && status !== undefined && whenTimeIsUp === 'output') return { json: ended };
	const last = status === undefined ? 'its status is not known' : `it is still "${String(status.status)}"`;
	return {
		json: ended,
		problem: {
			...(problem ?? inputProblem('', '')),
			message: `Order ${watched.order} is not finished after ${hours(maxWaitMs)} hours: ${last}${problem === undefined ? '' : `. The last check failed: ${problem.message}`}`,
			remedy:
				problem?.remedy ??
				"Look in the panel what holds it up. A longer 'Max Wait (Hours)' waits longer; waiting again costs nothing.",
			action: 'status',
		},
	};
}

const named = ({ order }: Watched, problem: Problem | undefined): Problem => ({
	...(problem ?? inputProblem('the panel does not know it', "Check 'Order IDs'.")),
	message: `Order ${order}: ${problem?.message ?? 'the panel does not know it'}`,
	action: 'status',
});

/** For the error that ends a wait: what is known of every order. */
export function statusesOf(ended: readonly Ended[]): { text: string; data: IDataObject } {
	const orders = ended.map(({ json, problem }) => ({
		...json,
		...(problem !== undefined && { error: problem.message }),
	}));
	const text = ended
		.filter(({ problem, json }) => problem === undefined && json.order !== undefined)
		.map(({ json }) => `${String(json.order)} ${String(json.status)}`);
	return { text: text.length === 0 ? '' : `The others: ${text.join(', ')}.`, data: { orders } };
}
