/** What n8n shows of a run: an error that stops it, an item that carries what went wrong, a hint above the output. */
import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';
import {
	hasOutcome,
	headlineOf,
	PAID_NOTHING,
	PanelError,
	type Effect,
	type ErrorFamily,
} from '../panel/errors';
import type { PanelClient } from '../panel/client';
import { WAIT_WORTH_A_HINT_MS } from '../panel/policies';

/** What to do in n8n: the panel's own remedies name nothing of it. */
const REMEDIES_IN_N8N: Partial<Record<ErrorFamily, string>> = {
	auth: 'Copy the API key anew from the account page of the panel into the credential, and check that the account is active and API access is enabled.',
	rateLimit: "Set the option 'Requests per Minute' to what the panel allows, or wait a minute.",
	request: 'The panel did not accept the request. Its words above say why.',
	network: "Check the API URL in the credential and that this computer can reach the panel's address.",
	protocol:
		'Check that the API URL in the credential is the address of the API (it usually ends in /api/v2), not that of the web page.',
	canceled: 'The execution was canceled: nothing more was sent.',
};

/** The remedy of a panel's error, in the words of n8n where they differ. */
export const remedyOf = (error: PanelError): string =>
	error.hasOwnRemedy ? error.remedy : (REMEDIES_IN_N8N[error.family] ?? error.remedy);

/** A PanelError is one; so is what the node itself finds wrong with the input, before the panel is asked. */
export interface Problem {
	message: string;
	/** What the user can do about it. */
	remedy: string;
	family: ErrorFamily | 'input';
	effect: Effect;
	httpStatus?: number;
	retryAfterMs?: number;
	/** The action of the request that failed; undefined where none was made. */
	action?: string;
	/** An order that the panel's reply named beside its error. */
	namedOrder?: string;
}

export const inputProblem = (message: string, remedy: string): Problem => ({
	message,
	remedy,
	family: 'input',
	effect: 'none',
});

/**
 * Turns a problem into plain JSON that can be kept from try to try: spreading a PanelError would lose what it has of
 * Error. The message becomes its headline, the remedy the one for n8n. `ofOrder` says what it means for an order, where
 * that is not what failed.
 */
export function plainProblem(problem: Problem, ofOrder?: Pick<Problem, 'action' | 'effect'>): Problem {
	const { message, family, httpStatus, retryAfterMs, namedOrder } = problem;
	const { action, effect } = ofOrder ?? problem;
	const isPanels = problem instanceof PanelError;
	return {
		// A problem that was found before anything was sent needs no headline
		message:
			isPanels && problem.action !== undefined
				? headlineOf({ message, family: problem.family, effect, action, namedOrder })
				: message,
		remedy: isPanels ? remedyOf(problem) : problem.remedy,
		family,
		effect,
		httpStatus,
		retryAfterMs,
		...(action !== undefined && { action }),
		...(namedOrder !== undefined && { namedOrder }),
	};
}

/** What is wrong with the input of an operation that only reads: it has no outcome. */
export const ofRead = (problem: Problem): Problem => ({
	...plainProblem(problem),
	action: problem.action ?? 'services',
});

/**
 * Why an order was not sent. That nothing was paid is said of every one that was certainly not placed, but only once the
 * order book was asked (`isAsked`), and never by an error of a run that has paid for others.
 */
export function notSent(
	problem: Problem,
	{ isAsked, hasPaid = false }: { isAsked: boolean; hasPaid?: boolean },
) {
	if (problem.effect === 'unknown') return plainProblem(problem);
	if (hasPaid) return { ...plainProblem(problem), ...NOT_SENT };
	if (!isAsked) return ofRead(problem);
	const plain = plainProblem(problem, NOT_SENT);
	if (plain.message.includes(PAID_NOTHING)) return plain;
	return { ...plain, message: `${plain.message.replace(/\.$/, '')}. ${PAID_NOTHING}` };
}

const NOT_SENT = { action: 'add', effect: 'none' } as const;

const FAILURE_CAUSES = {
	rateLimit: 'rate-limited',
	maintenance: 'temporarily-unavailable',
	network: 'temporarily-unavailable',
	auth: 'credential-invalid',
} as const;

const failureOf = ({ family, retryAfterMs }: Problem) => {
	if (!(family in FAILURE_CAUSES)) return undefined;
	const cause = FAILURE_CAUSES[family as keyof typeof FAILURE_CAUSES];
	return cause === 'credential-invalid' || retryAfterMs === undefined ? { cause } : { cause, retryAfterMs };
};

interface Place {
	itemIndex?: number;
	/** What this run had already done at the panel, for a reader and for a workflow. */
	done?: { text: string; data: IDataObject };
}

/** The error that stops a run: says what, where and how to get on, and lists what had been done before. */
export function toNodeError(
	node: INode,
	failed: Problem,
	{ itemIndex, done }: Place = {},
): NodeApiError | NodeOperationError {
	const problem = plainProblem(failed);
	const message = itemIndex === undefined ? problem.message : `${problem.message} [Item ${itemIndex}]`;
	const description = [problem.remedy, done?.text].filter(Boolean).join(' ');
	const error =
		problem.family === 'input'
			? new NodeOperationError(node, message, { description, itemIndex })
			: new NodeApiError(
					node,
					{},
					{
						message,
						description,
						itemIndex,
						...(problem.httpStatus !== undefined && { httpCode: String(problem.httpStatus) }),
						failure: failureOf(problem),
					},
				);
	// n8n replaces a message that contains a code of Node's, such as ECONNRESET, by one that says to try again at once
	error.message = message;
	error.context.data = { ...errorData(problem), ...done?.data };
	return error;
}

/** What a workflow can branch on. `outcome` tells whether it is certain that nothing was done; a read has none. */
const errorData = ({ family, effect, action }: Problem): IDataObject => ({
	errorType: family,
	...(hasOutcome(action) && { outcome: effect === 'unknown' ? 'unknown' : 'refused' }),
});

/**
 * An item for something that failed, where the run goes on. n8n's error output takes only items of `error`, `message`
 * and `details`, and merges them with the input item: there, everything else stands in `details`.
 */
export function failedItem(
	context: IExecuteFunctions,
	failed: Problem,
	itemIndex: number,
	data: IDataObject,
): INodeExecutionData {
	const problem = plainProblem(failed);
	const details = { ...data, ...errorData(problem) };
	const { message: error, remedy } = problem;
	const json =
		context.getNode().onError !== 'continueErrorOutput'
			? { ...details, error }
			: { error, message: remedy, details };
	return { json, pairedItem: { item: itemIndex } };
}

/** A failure that concerns the whole run, such as a refused key: stops it, or becomes an item for each input item. */
export function failRun(context: IExecuteFunctions, error: unknown): INodeExecutionData[] {
	if (!context.continueOnFail()) {
		if (error instanceof PanelError) throw toNodeError(context.getNode(), error);
		if (error instanceof NodeApiError || error instanceof NodeOperationError) throw error;
		throw toNodeError(context.getNode(), problemFrom(error));
	}
	// Thrown, n8n would pass the input items on as if all had gone well
	const problem = problemFrom(error);
	return context.getInputData().map((_, index) => failedItem(context, problem, index, {}));
}

/** The problem behind anything thrown, also by n8n itself: a missing credential, an expression that fails. */
export function problemFrom(error: unknown): Problem {
	if (error instanceof PanelError) return error;
	const { message, description } = error as { message?: unknown; description?: unknown };
	return inputProblem(
		typeof message === 'string' ? message : String(error),
		typeof description === 'string' ? description : "Check the node's parameters and credential.",
	);
}

type Waiting = Pick<PanelClient, 'waited'>;

// By the context of the run, which ends with it
const clients = new WeakMap<object, Waiting[]>();

export function noteClient(context: object, client: Waiting): void {
	clients.set(context, [...(clients.get(context) ?? []), client]);
}

/** Not all that run a node show hints. */
type HintContext = Partial<Pick<IExecuteFunctions, 'addExecutionHints'>>;

export interface Hint {
	message: string;
	/** Default: information. */
	type?: 'warning';
}

/** Shows them above the output. */
export function showHints(context: HintContext, ...hints: ReadonlyArray<Hint | undefined>): void {
	for (const hint of hints) if (hint) context.addExecutionHints?.({ ...hint, location: 'outputPane' });
}

export const warn = (context: HintContext, message: string): void =>
	showHints(context, { message, type: 'warning' });

/** Tells of a run that has waited long for the panel's limit. */
export function addHints(context: HintContext): void {
	const reports = (clients.get(context) ?? []).flatMap((client) => client.waited() ?? []);
	const waitedMs = Math.max(0, ...reports.map((report) => report.waitedMs));
	if (waitedMs < WAIT_WORTH_A_HINT_MS) return;
	const perMinute = reports.find((report) => report.perMinute !== undefined)?.perMinute;
	const limit = perMinute === undefined ? '' : ` of about ${perMinute} requests a minute`;
	showHints(context, {
		message: `This run has waited ${Math.round(waitedMs / 1000)} s for the panel's limit${limit}. Other runs with this key wait, too: set 'Requests per Minute' in the options to leave room for them.`,
	});
}
