/** What can go wrong with a panel, as one error with a family and with what is certain of its effect. */

export type ErrorFamily =
	| 'auth'
	| 'service'
	| 'funds'
	| 'conflict'
	| 'link'
	| 'quantity'
	| 'order'
	| 'refill'
	| 'cancel'
	| 'rateLimit'
	| 'request'
	| 'maintenance'
	| 'network'
	| 'protocol'
	| 'canceled';

/** What can be done about an error of this family, as far as it is about the panel. */
const REMEDIES: Record<ErrorFamily, string> = {
	auth: 'Copy the API key anew from the account page of the panel, and check that the account is active and API access is enabled.',
	service: "Choose a service from the panel's current list: this one does not exist or is switched off.",
	funds: 'Add funds to the account at the panel.',
	conflict:
		'The panel already has an active order for this link. Wait until that order is finished, or use another link.',
	link: 'Check the link: it has to be public, complete and of the kind that the service asks for.',
	quantity: "Choose a quantity between the service's minimum and maximum.",
	order: 'Check the order ID: it has to belong to the account of this API key.',
	refill:
		'A refill needs a completed order of a service with refill, at least 24 hours after its completion or its last refill.',
	cancel: 'Only orders that are not finished, of services that allow it, can be canceled.',
	rateLimit: 'Send fewer requests per minute, or wait a minute.',
	request: 'The panel did not accept the request. Its words say why.',
	maintenance: 'The panel is not available right now. Try again in a few minutes.',
	network: "Check the API URL, and that this computer can reach the panel's address.",
	protocol:
		'Check that the API URL is the address of the API (it usually ends in /api/v2), not that of the web page.',
	canceled: 'Nothing more was sent.',
};

/** Whether the panel may have carried the request out although it did not say so. */
export type Effect = 'none' | 'unknown';

const WRITES = ['add', 'refill', 'cancel'];

/** Whether an action only reads: it has no effect, whatever comes of it. */
export const isRead = (action: string): boolean => !WRITES.includes(action);

export interface PanelErrorDetails {
	family: ErrorFamily;
	/** Of `add`, `refill` and `cancel`; that of a read is always `none`. */
	effect: Effect;
	/** Whether the same request can succeed a little later. */
	transient?: boolean;
	/** The panel's own words. */
	panelText?: string;
	httpStatus?: number;
	/** Milliseconds that the panel asks to wait. */
	retryAfterMs?: number;
	remedy?: string;
	/** The action of the request; undefined where none was made. */
	action?: string;
	/** Words nobody has collected, in a clean error envelope: see `refusedByEvidence`. Default: false. */
	clean?: boolean;
	/** An order that the reply names beside its error: an older one, or one that may have been placed. */
	namedOrder?: string;
}

/** Every failure of the panel layer. `message` says what happened, `remedy` what to do. Neither contains the key. */
export class PanelError extends Error {
	readonly family: ErrorFamily;
	readonly effect: Effect;
	readonly transient: boolean;
	readonly panelText: string | undefined;
	readonly httpStatus: number | undefined;
	readonly retryAfterMs: number | undefined;
	readonly remedy: string;
	/** Whether the remedy is about this error, not just about its family. */
	readonly hasOwnRemedy: boolean;
	readonly action: string | undefined;
	readonly clean: boolean;
	readonly namedOrder: string | undefined;

	constructor(message: string, details: PanelErrorDetails) {
		super(message);
		this.name = 'PanelError';
		this.family = details.family;
		this.action = details.action;
		this.effect = details.action !== undefined && isRead(details.action) ? 'none' : details.effect;
		this.transient = details.transient ?? false;
		this.panelText = details.panelText;
		this.httpStatus = details.httpStatus;
		this.retryAfterMs = details.retryAfterMs;
		this.remedy = details.remedy ?? REMEDIES[details.family];
		this.hasOwnRemedy = details.remedy !== undefined;
		this.clean = details.clean ?? false;
		this.namedOrder = details.namedOrder;
	}
}

/** The beginning of a reply, on one line, for an error that quotes it. */
export function excerpt(text: string, length = 160): string {
	const line = text
		.slice(0, 4 * length)
		.replace(/\s+/g, ' ')
		.trim();
	return line.length > length ? `${line.slice(0, length)} …` : line;
}

const HEADLINES: Record<ErrorFamily, string> = {
	auth: 'The panel does not accept the API key.',
	service: 'The panel does not have this service, or has switched it off.',
	funds: 'Not enough balance at the panel.',
	conflict: 'The panel already has an active order for this link.',
	link: 'The panel does not accept the link.',
	quantity: 'The panel does not accept the quantity.',
	order: 'The panel does not know this order.',
	refill: 'The panel does not refill this order.',
	cancel: 'The panel does not cancel this order.',
	rateLimit: 'Too many requests for the panel.',
	request: 'The panel does not accept the request.',
	maintenance: 'The panel is not available right now.',
	network: 'The panel does not answer.',
	protocol: 'What answers at this address is not the API of a panel.',
	canceled: 'Canceled.',
};

/** What was found out of a failed request. A PanelError is one. */
type Failed = { message: string } & Pick<PanelErrorDetails, 'family' | 'effect' | 'action' | 'namedOrder'>;

/** Families whose headline says nothing of what the panel accepts: an open outcome does not contradict it. */
const SAY_NOTHING: readonly ErrorFamily[] = ['network', 'maintenance', 'canceled'];
const UNCLEAR = 'Nothing says for certain whether the order was placed.';

/** Only of `add`, only where it is certain, and then always. */
export const PAID_NOTHING = 'Nothing was paid.';

/**
 * One line for a reader: what it means, whether anything was paid, and the panel's words in brackets. Where the outcome
 * of an order is open, it says nothing of money: whoever shows it begins with that.
 */
export function headlineOf({ message, family, effect, action, namedOrder }: Failed): string {
	const isOrder = action === 'add';
	const isOpen = isOrder && effect === 'unknown' && !SAY_NOTHING.includes(family);
	const isStatus = family === 'refill' && action === 'refill_status';
	const headline = isOpen ? UNCLEAR : isStatus ? 'The panel does not know this refill.' : HEADLINES[family];
	const named = family === 'conflict' ? `It is order ${namedOrder}.` : `The panel names order ${namedOrder}.`;
	const paidNothing = isOrder && effect === 'none' ? PAID_NOTHING : '';
	const words = message === '' ? '' : `(${message})`;
	return [headline, namedOrder === undefined ? '' : named, paidNothing, words].filter(Boolean).join(' ');
}

/** Whether a failed request was one that has an outcome: reads have none. */
export const hasOutcome = (action: string | undefined): boolean => action === undefined || !isRead(action);
