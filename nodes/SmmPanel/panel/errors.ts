/**
 * What can go wrong with a panel, as one error with a family. The families and the panels' wordings behind them were
 * collected from the documentation of panels that speak this API.
 */
import { PLACEHOLDER } from './redaction';

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

/** What the user can do about an error of this family. */
const REMEDIES: Record<ErrorFamily, string> = {
	auth: 'Copy the API key anew from the account page of the panel into the credential, and check that the account is active and API access is enabled.',
	service: "Choose a service from the panel's current list: this one does not exist or is switched off.",
	funds: 'Add funds to the account at the panel, then run again.',
	conflict:
		'The panel already has an active order for this link. Wait until that order is finished, or use another link.',
	link: 'Check the link: it has to be public, complete and of the kind that the service asks for.',
	quantity: "Choose a quantity between the service's minimum and maximum.",
	order: 'Check the order ID: it has to belong to the account of this API key.',
	refill:
		'A refill needs a completed order of a service with refill, at least 24 hours after its completion or its last refill.',
	cancel: 'Only orders that are not finished, of services that allow it, can be canceled.',
	rateLimit: "Set the option 'Requests per Minute' to what the panel allows, or wait a minute and run again.",
	request: 'The panel did not accept the request. Its words above say why.',
	maintenance: 'The panel is not available right now. Try again in a few minutes.',
	network: "Check the API URL in the credential and that this computer can reach the panel's address.",
	protocol:
		'Check that the API URL in the credential is the address of the API (it usually ends in /api/v2), not that of the web page.',
	canceled: 'The execution was canceled: nothing more was sent.',
};

/** More IDs in one request than this panel takes. */
const LIST_TOO_LONG = /maximum \d+ (orders|refills)|too many (orders|refills|ids)/;

/** Wordings by family; the first that matches wins, so the more specific stand first. */
const WORDINGS: ReadonlyArray<readonly [ErrorFamily, RegExp]> = [
	['maintenance', /^service (is )?(temporarily )?unavailable|under maintenance/],
	['rateLimit', /too many requests|rate.?limit|request limit|slow down|throttl/],
	['request', LIST_TOO_LONG],
	[
		'auth',
		/api.?key|\bkey\b|unauthori[sz]ed|api access|account.*(inactive|suspended|banned|blocked|disabled)|inactive.*account|(invalid|wrong|missing) token/,
	],
	['funds', /not.?enough.?(funds|balance|money)|insufficient|low balance|add funds/],
	[
		'conflict',
		/active order|link.?duplicate|duplicate|identical order|already.*(in progress|exists|active)|wait until order/,
	],
	['refill', /refill/],
	['cancel', /cancel/],
	['quantity', /quantity|minimal|minimum|maximum|\b(min|max)\b|amount is/],
	['service', /service/],
	[
		'order',
		/order.?id|order (was )?not found|order does not exist|no such order|incorrect.?order|invalid.?order/,
	],
	['link', /link|\burl\b/],
	[
		'maintenance',
		/maintenance|unavailable|try again|timed? ?out|internal|server error|unknown error|exception|something went wrong|gateway|database|sql/,
	],
];

/** The family of a panel's own error text; `request` for wordings nobody has collected yet. */
export function familyOf(panelText: string): ErrorFamily {
	// The key in a text about something else does not make it one about keys
	const text = panelText.slice(0, 1000).replaceAll(PLACEHOLDER, '').toLowerCase();
	return WORDINGS.find(([, wording]) => wording.test(text))?.[0] ?? 'request';
}

/** How many IDs a panel takes that has refused a list of `asked`; undefined where it refused for another reason. */
export function listLimitIn(panelText: string, asked: number): number | undefined {
	if (!LIST_TOO_LONG.test(panelText.toLowerCase())) return undefined;
	const named = Number(/\d+/.exec(panelText)?.[0] ?? 0);
	return named >= 1 && named < asked ? named : Math.ceil(asked / 2);
}

/** Whether the panel may have carried the request out although it did not say so. */
export type Effect = 'none' | 'unknown';

export interface PanelErrorDetails {
	family: ErrorFamily;
	/** Only meaningful for `add`, `refill` and `cancel`: reads have no effect. */
	effect: Effect;
	/** Whether the same request can succeed a little later. */
	transient?: boolean;
	/** The panel's own words. */
	panelText?: string;
	httpStatus?: number;
	/** Milliseconds that the panel asks to wait. */
	retryAfterMs?: number;
	remedy?: string;
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

	constructor(message: string, details: PanelErrorDetails) {
		super(message);
		this.name = 'PanelError';
		this.family = details.family;
		this.effect = details.effect;
		this.transient = details.transient ?? false;
		this.panelText = details.panelText;
		this.httpStatus = details.httpStatus;
		this.retryAfterMs = details.retryAfterMs;
		this.remedy = details.remedy ?? REMEDIES[details.family];
	}
}

/** A refusal in the panel's own words: it answered, so nothing was done, unless the words speak of its own trouble. */
export function refusal(panelText: string, httpStatus?: number, retryAfterMs?: number): PanelError {
	const family = familyOf(panelText);
	const troubled = family === 'maintenance';
	return new PanelError(excerpt(panelText, 400), {
		family,
		effect: troubled || isServerFault(httpStatus, family) ? 'unknown' : 'none',
		transient: troubled || family === 'rateLimit',
		panelText: panelText.slice(0, 1000),
		httpStatus,
		retryAfterMs,
	});
}

/** 5xx leaves open what was done; 503 is also what some panels send with a refusal in clear words. */
const isServerFault = (httpStatus: number | undefined, family: ErrorFamily) =>
	httpStatus !== undefined && httpStatus >= 500 && !(httpStatus === 503 && family !== 'request');

/** The beginning of a reply, on one line, for an error that quotes it. */
export function excerpt(text: string, length = 160): string {
	const line = text
		.slice(0, 4 * length)
		.replace(/\s+/g, ' ')
		.trim();
	return line.length > length ? `${line.slice(0, length)} …` : line;
}
