import type { OrderFieldName } from '../../nodes/SmmPanel/panel/orderTypes';

/** Why the panel refuses; the texts are the stock panel's first, then what other panels write for the same. */
interface Reason {
	family: string;
	/** The HTTP code a panel with speaking codes would use. */
	http: number;
	texts: readonly [string, ...string[]];
}

const reason = (family: string, http: number, ...texts: [string, ...string[]]): Reason => ({
	family,
	http,
	texts,
});

export const REASONS = {
	key: reason('auth', 401, 'Invalid API key', 'API key is incorrect', 'Incorrect API key'),
	missingKey: reason('auth', 401, 'Invalid API key', 'Missing key'),
	inactive: reason('auth', 403, 'Your account is inactive', 'API access disabled'),
	service: reason(
		'service',
		404,
		'Incorrect service ID',
		'error.incorrect_service_id',
		'Service is inactive or not found',
	),
	funds: reason(
		'funds',
		402,
		'neworder.error.not_enough_funds',
		'Not enough funds on balance',
		'You have insufficient balance',
	),
	conflict: reason(
		'conflict',
		400,
		'You have active order with this link. Please wait until order being completed.',
		'neworder.error.link_duplicate',
		'An identical order was just placed',
	),
	link: reason('link', 422, 'neworder.error.link', 'Bad link', 'error.invalid_link'),
	quantity: reason('quantity', 422, 'Incorrect quantity'),
	minQuantity: reason(
		'quantity',
		422,
		'neworder.error.min_quantity',
		'Quantity less than minimal {limit}',
		'Minimum quantity is {limit}',
	),
	maxQuantity: reason(
		'quantity',
		422,
		'neworder.error.max_quantity',
		'Quantity more than maximal {limit}',
		'Maximum quantity is {limit}',
	),
	field: reason('request', 422, 'neworder.error.{field}', 'Incorrect {field}'),
	order: reason('order', 404, 'Incorrect order ID', 'error.incorrect_order_id', 'Order not found.'),
	refill: reason('refill', 404, 'Refill not found'),
	refillDisabled: reason('refill', 400, 'Refill is disabled for this service'),
	refillTooSoon: reason(
		'refill',
		400,
		'The order was completed or refill was requested less than 24 hours ago',
	),
	cancel: reason('cancel', 400, 'Cannot cancel', 'Cancel not available'),
	rate: reason('rate limit', 429, 'Too many requests', 'Rate limit exceeded'),
	request: reason('request', 400, 'Incorrect request'),
	action: reason('request', 405, 'Invalid action'),
	tooMany: reason('request', 400, 'Maximum {limit} orders', 'Too many orders'),
	unsupportedList: reason('order', 404, 'Order not found.'),
} satisfies Record<string, Reason>;

export interface Refusal {
	reason: keyof typeof REASONS;
	field?: OrderFieldName;
	limit?: number;
}

export const refuse = (
	reason: Refusal['reason'],
	more: Omit<Refusal, 'reason'> = {},
): { refused: Refusal } => ({
	refused: { reason, ...more },
});

/** Wording 0 is the stock panel's; a panel without another wording keeps to its last one. */
export function refusalText({ reason: name, field = 'link', limit = 0 }: Refusal, wording = 0): string {
	const texts: readonly string[] = REASONS[name].texts;
	const text = texts[Math.min(wording, texts.length - 1)] ?? '';
	return text.replace('{field}', field).replace('{limit}', String(limit));
}
