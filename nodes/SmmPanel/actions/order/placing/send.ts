/** Sends orders, each at most once. What n8n and the panel are to it, it is handed as ports. */
import { PanelError } from '../../../panel/errors';
import { plainProblem, type Problem } from '../../../shared/problems';
import { Brake } from './brake';
import { aboutOrder, type OrderRecord, type Placement } from './placement';
import type { PlannedOrder } from './plan';
import { OrderQueue } from './queue';
import { unknownOutcome } from './texts';

export interface SendPorts {
	/** Sends one order and resolves to its ID. Rejects with a PanelError whose `effect` says whether it may be placed. */
	add(fields: Record<string, string>, order: PlannedOrder): Promise<{ order: string }>;
	record: OrderRecord;
	/** Nothing is sent once it is aborted; what is under way is waited for and recorded. */
	signal: AbortSignal | undefined;
	/** The time of sending, in words, in the time zone of the workflow. */
	timeInWords(): string;
}

export interface SendOptions {
	/** Orders under way at the same time. */
	concurrency: number;
	/** The account's currency, where it is known. */
	currency: string | null;
	/** Whether the first order that fails keeps the following ones from being sent. */
	stopAtFailure: boolean;
}

/**
 * Sends those of `orders` that are not settled yet; what comes of each is in the record at once. Resolves to why the
 * rest was not sent, where that is not just the first failure. Never rejects.
 */
export async function sendOrders(
	orders: readonly PlannedOrder[],
	ports: SendPorts,
	{ concurrency, currency, stopAtFailure }: SendOptions,
): Promise<Problem | undefined> {
	const { record, signal } = ports;
	const brake = new Brake(stopAtFailure);
	const queue = new OrderQueue(orders, record, (placement) => brake.arrive(placement));
	const isStopped = () => brake.isStopped || signal?.aborted === true;

	async function sendNext(): Promise<boolean> {
		const order = await queue.next(isStopped);
		if (order === undefined) return false;
		const place = brake.depart();
		brake.arrive(await record.settle(order, await sendOne(order, ports, currency)), place);
		queue.free(order);
		return true;
	}

	const lane = async () => {
		while (await sendNext());
	};
	await Promise.all(Array.from({ length: Math.min(concurrency, orders.length) }, lane));
	await record.release(queue.takeRest());
	await record.close();
	return brake.reason;
}

export async function sendOne(
	order: PlannedOrder,
	{ add, timeInWords }: Pick<SendPorts, 'add' | 'timeInWords'>,
	currency: string | null,
): Promise<Placement> {
	const about = aboutOrder(order);
	const sentAt = timeInWords();
	try {
		const { order: id } = await add({ ...order.fields, service: order.service }, order);
		return { ...about, state: 'placed', order: id, ...(currency !== null && { currency }) };
	} catch (error) {
		const problem = error instanceof PanelError ? error : undefined;
		if (problem?.effect === 'none') return { ...about, state: 'refused', problem: plainProblem(problem) };
		const cause = problem ? plainProblem(problem) : { message: String(error), family: 'network' as const };
		return { ...about, state: 'unknown', problem: unknownOutcome(order, sentAt, cause) };
	}
}
