/** Statuses of orders and refills: one spelling for each, whatever the panel writes. */

/** Other words of panels for the same status. */
const SAME: Readonly<Record<string, string>> = {
	failed: 'fail',
	complete: 'completed',
	success: 'completed',
	done: 'completed',
	finished: 'completed',
	delivered: 'completed',
	tamamlandı: 'completed',
	tamamlandi: 'completed',
	partiallycompleted: 'partial',
	kısmitamamlandı: 'partial',
	kismitamamlandi: 'partial',
	cancel: 'canceled',
	iptaledildi: 'canceled',
	refund: 'refunded',
};

const ORDER_STATUSES = [
	'Pending',
	'In progress',
	'Processing',
	'Completed',
	'Partial',
	'Canceled',
	'Awaiting',
	'Fail',
	'Error',
	'Refunded',
	// Subscriptions
	'Active',
	'Paused',
	'Expired',
] as const;

const REFILL_STATUSES = ['Pending', 'In progress', 'Completed', 'Rejected', 'Awaiting', 'Error'] as const;

const FINAL = new Set(
	['Completed', 'Partial', 'Canceled', 'Refunded', 'Fail', 'Error', 'Expired', 'Rejected'].map(spelling),
);

/** Case, `_`, `-`, spaces and the British double l do not distinguish statuses. */
export function spelling(status: string): string {
	const plain = status
		.toLowerCase()
		// The capital İ of Turkish becomes an i with a dot of its own
		.replaceAll('\u0307', '')
		.replace(/[\s_-]+/g, '')
		.replace('cancelled', 'canceled');
	return SAME[plain] ?? plain;
}

const names = (statuses: readonly string[]) => new Map(statuses.map((status) => [spelling(status), status]));

const ORDER_NAMES = names(ORDER_STATUSES);
const REFILL_NAMES = names(REFILL_STATUSES);

/** The usual name of an order's status; a status nobody knows keeps the panel's text. */
export const orderStatusName = (text: string): string => ORDER_NAMES.get(spelling(text)) ?? text.trim();

/** The usual name of a refill's status; a status nobody knows keeps the panel's text. */
export const refillStatusName = (text: string): string => REFILL_NAMES.get(spelling(text)) ?? text.trim();

/** Whether a status is one that nothing follows. An unknown status is not final: more may come. */
export const isFinal = (status: string): boolean => FINAL.has(spelling(status));

const STARTED = new Set(['In progress', 'Completed', 'Partial', 'Active', 'Paused', 'Expired'].map(spelling));

/** Whether delivery has certainly begun: a canceled order may never have been started. */
export const hasStarted = (status: string): boolean => STARTED.has(spelling(status));

/** The statuses to choose from in a form. */
export const KNOWN_ORDER_STATUSES: readonly string[] = ORDER_STATUSES;
export const KNOWN_REFILL_STATUSES: readonly string[] = REFILL_STATUSES;
