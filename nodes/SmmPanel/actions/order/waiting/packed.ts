/** The one item that goes round the loop, and the items that come out at the end. Pure. */
import type { IDataObject, INodeExecutionData, IPairedItemData, ISourceData } from 'n8n-workflow';
import { isObject } from '../../../panel/json';
import { inputProblem, type Problem } from '../../../shared/problems';
import {
	endOf,
	inHours,
	openOrders,
	waitedMinutes,
	type Wait,
	type WaitSettings,
	type Watched,
} from './wait';

/** An input item's order, or why there is none. */
interface Asked {
	item: number;
	order?: string;
	problem?: Problem;
}

/** Everything that a later check has to know of the start. */
export interface Packed {
	/** Names the wait in n8n's memory of the execution. */
	key: string;
	/** In the order of the input. */
	asked: Asked[];
	/** Where the input items came from. */
	source?: ISourceData;
	settings: WaitSettings;
}

const isPacked = (value: unknown): value is Packed =>
	isObject(value) && typeof value.key === 'string' && Array.isArray(value.asked) && isObject(value.settings);

/** The wait that an input item carries; undefined: it is an item like any other. */
export function packedIn([first, ...others]: readonly INodeExecutionData[]): Packed | undefined {
	const value = first?.json.wait;
	return others.length === 0 && isPacked(value) ? value : undefined;
}

/** Nothing in it looks like an order: what hangs on *Not Yet* by mistake is to find nothing to go on with. */
export const packedItem = (packed: Packed, wait: Wait): INodeExecutionData => ({
	json: {
		notYet: `${openOrders(wait, packed.settings).length} of ${wait.orders.length} orders are not finished. Results come out of 'Finished'.`,
		wait: { ...packed },
	},
	pairedItem: packed.asked.map(({ item }) => pairOf(packed, item)),
});

/** Behind the loop, `$('Place order').item` is the item with which the wait began. */
export const pairOf = ({ source }: Packed, item: number): IPairedItemData => ({
	item,
	...(source !== undefined && { sourceOverwrite: source }),
});

export interface Ended {
	item: number;
	json: IDataObject;
	problem?: Problem;
}

/** What comes out when nothing is waited for any more: all orders, in the order of the input. */
export function endedItems({ asked, settings }: Packed, wait: Wait, now: number): Ended[] {
	const byOrder = new Map(wait.orders.map((order) => [order.order, order]));
	return asked.map(({ item, order = '', problem }): Ended => {
		if (problem !== undefined) return { item, json: {}, problem };
		const watched = byOrder.get(order) ?? { order, rejections: 0 };
		const json = { order, ...watched.status, waited: waitedMinutes(watched, wait, now) };
		switch (endOf(watched, wait, settings)) {
			case 'reached':
				return { item, json };
			case 'rejected':
				return { item, json, problem: ofOrder(watched) };
			default:
				return { item, ...timeUp(watched, json, settings) };
		}
	});
}

/** For a check that failed as a whole: each order with the same problem. */
export const failedItems = ({ asked }: Packed, failed: Problem): Ended[] =>
	asked.map(({ item, order, problem = failed }) => ({
		item,
		json: order === undefined ? {} : { order },
		problem,
	}));

const UNKNOWN = inputProblem('the panel does not know it', "Check 'Order IDs'.");

const ofOrder = ({ order, problem = UNKNOWN }: Watched): Problem => ({
	...problem,
	action: 'status',
	message: `Order ${order}: ${problem.message}`,
});

const HELD_UP =
	"Look in the panel what holds it up. A longer 'Max Wait (Hours)' waits longer; waiting again costs nothing.";

function timeUp(
	{ order, status, problem }: Watched,
	json: IDataObject,
	{ whenTimeIsUp, maxWaitMs }: WaitSettings,
): Omit<Ended, 'item'> {
	const ended = { ...json, timedOut: true };
	if (problem === undefined && status !== undefined && whenTimeIsUp === 'output') return { json: ended };
	const last = status === undefined ? 'its status is not known' : `it is still "${String(status.status)}"`;
	const failed = problem === undefined ? '' : `. The last check failed: ${problem.message}`;
	const message = `Order ${order} is not finished after ${inHours(maxWaitMs)} hours: ${last}${failed}`;
	return { json: ended, problem: { ...(problem ?? inputProblem('', HELD_UP)), action: 'status', message } };
}

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
