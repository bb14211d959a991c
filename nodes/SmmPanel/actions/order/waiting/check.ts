/** One check of a wait: what the order book knows already, and the panel's answer for the rest. */
import { answersIn } from '../../../panel/batching';
import type { PanelClient } from '../../../panel/client';
import { CHECK_TURN_MS } from '../../../panel/policies';
import type { Outcome } from '../../../panel/replies';
import type { OrderStatus } from '../../../panel/schemas';
import { orderStatusJson } from '../../../shared/outputs';
import { plainProblem } from '../../../shared/problems';
import { failure, success, type Result } from '../../../shared/result';
import { turns } from '../../../shared/times';
import { othersDue, rowsOf, share, withRows, type WaitBook } from './shared';
import { dueOrders, openOrders, withChecks, type Check, type Wait, type WaitSettings } from './wait';

// Module state: all executions of a process check the same book
const inTurn = turns();

export interface CheckPorts {
	/** None: nothing is shared with other executions. */
	book?: WaitBook;
	client(): Promise<PanelClient>;
	/** Every open order, due or not. */
	asksAll: boolean;
}

/** Asks for what is due and nobody else has asked for. A failure: the panel refuses the key, at the first check. */
export async function check(wait: Wait, settings: WaitSettings, ports: CheckPorts): Promise<Result<Wait>> {
	const run = async () => await ask(wait, settings, ports);
	if (ports.book === undefined) return await run();
	// After a restart n8n wakes all that are due at once: in turn, they find what the first ones have asked for
	return await inTurn(ports.book.account, run, CHECK_TURN_MS);
}

async function ask(
	kept: Wait,
	settings: WaitSettings,
	{ book, client, asksAll }: CheckPorts,
): Promise<Result<Wait>> {
	const now = Date.now();
	const rows = await rowsOf(book, kept, settings);
	const wait = withRows(kept, rows, settings, now);
	const open = asksAll ? openOrders(wait, settings) : dueOrders(wait, settings, now);
	const due = new Set(open.map(({ order }) => order));
	if (due.size === 0) return success(wait);
	const others = book === undefined ? undefined : await othersDue(book, due, settings, now);
	const outcomes = await (await client()).status([...due, ...(others?.keys() ?? [])]);
	if (book !== undefined)
		await share(book, new Map([...rows, ...(others ?? [])]), answersIn(outcomes), Date.now());
	const checks = new Map([...outcomes].map(([order, outcome]) => [order, checkOf(order, outcome)]));
	const isFirst = kept.orders.every(({ askedAt }) => askedAt === undefined);
	const refused = [...checks.values()].find((one) => !one.ok && one.problem.family === 'auth');
	if (isFirst && refused !== undefined && !refused.ok) return refused;
	return success(withChecks(wait, checks, Date.now()));
}

const checkOf = (order: string, outcome: Outcome<OrderStatus>): Check =>
	outcome.ok ? success(orderStatusJson(order, outcome.value)) : failure(plainProblem(outcome.error));
