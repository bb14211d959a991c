/** Sends orders, each at most once. What n8n and the panel are to it, it is handed as ports. */
import { PanelError } from '../../../panel/errors';
import { plainProblem } from '../../../shared/problems';
import { aboutOrder, type Placement } from './placement';
import type { PlannedOrder } from './plan';
import { unknownOutcome } from './texts';

export interface SendPorts {
	/** Sends one order and resolves to its ID. Rejects with a PanelError whose `effect` says whether it may be placed. */
	add(fields: Record<string, string>, order: PlannedOrder): Promise<{ order: string }>;
	/** The account's currency, as far as it is known by now; null: it is not. */
	currency(): string | null;
	/** Nothing is sent once it is aborted; what is under way is waited for and recorded. */
	signal: AbortSignal | undefined;
	/** The time of sending, in words, in the time zone of the workflow. */
	timeInWords(): string;
}

export interface SendOptions {
	/** Orders under way at the same time. */
	concurrency: number;
	/** Whether the first order that fails keeps the following ones from being sent. */
	stopAtFailure: boolean;
}

/** `row`: where the order book holds it. */
export async function sendOne(
	order: PlannedOrder,
	{ add, timeInWords, currency }: Pick<SendPorts, 'add' | 'timeInWords' | 'currency'>,
	row: number,
): Promise<Placement> {
	const about = aboutOrder(order);
	const sentAt = timeInWords();
	try {
		const { order: id } = await add({ ...order.fields, service: order.service }, order);
		const known = currency();
		return { ...about, state: 'placed', order: id, ...(known !== null && { currency: known }) };
	} catch (error) {
		const problem = error instanceof PanelError ? error : undefined;
		if (problem?.effect === 'none') return { ...about, state: 'refused', problem: plainProblem(problem) };
		const cause = problem ? plainProblem(problem) : { message: String(error), family: 'network' as const };
		return { ...about, state: 'unknown', row, problem: unknownOutcome(order, row, sentAt, cause) };
	}
}
