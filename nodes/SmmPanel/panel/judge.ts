/** From a reply to its judgement by the table of verdicts, and to the error that says so. */
import {
	allTexts,
	errorTextOf,
	hasErrorBeside,
	isRouterRefusal,
	orderIdIn,
	saysSucceeded,
} from './envelopes';
import { excerpt, isRead, PanelError, type ErrorFamily } from './errors';
import { isObject } from './json';
import { saysTryAgain, troubleIn } from './trouble';
import { ALL_ELSE, isChallenge, isPage, VERDICTS, type Facts, type Reply, type Verdict } from './verdicts';
import { collectedRefusal, familyOf, normalized, type WordedFamily } from './wordings';

/** Families that speak of an order that is there already: no reason why a new one cannot be taken. */
const OF_EXISTING: readonly WordedFamily[] = ['order', 'refill', 'cancel'];

/** HTTP statuses of the row "evidence": the panel itself answered, and its status says nothing of its own. */
const mayBeClean = (status: number) =>
	status === 200 ||
	(status >= 400 && status < 500 && ![401, 402, 403, 404, 405, 408, 409, 422, 425, 429].includes(status));

export interface Judgement {
	verdict: Verdict;
	/** The row of the table that decided. */
	row: string;
	reason: string;
	family: ErrorFamily;
	/** The error's words, as the panel wrote them. */
	words: string | undefined;
	/** The ID that the reply names: of the placed order, of an older one, or of one that may be the placed one. */
	order?: string;
	/** An uncollected wording in a clean error envelope: the balance can decide, see `refusedByEvidence`. */
	clean: boolean;
}

/** A text in place of JSON, or of an ID, is the panel's words as well. */
function wordsOf({ json, body, words, action }: Reply): string | undefined {
	const told = words ?? errorTextOf(json);
	if (told !== undefined) return told;
	if (typeof json === 'string' && json.trim() !== '') return json.trim();
	if (action === 'add' && isObject(json) && orderIdIn(json) === undefined) {
		const { order, message, msg } = json;
		const sentence = [order, message, msg].find(
			(text) => typeof text === 'string' && /\S\s\S|\w\.\w/.test(text),
		);
		if (typeof sentence === 'string') return sentence.trim();
	}
	const isText = json === undefined && body !== undefined && !isPage(body) && /\p{L}{2}/u.test(body);
	return isText && body.length < 2_000 && !body.includes('\uFFFD') && !/[{}]/.test(body)
		? body.trim()
		: undefined;
}

/** Words beside an ID are an error where they refuse, and nothing says that it worked. */
function refusalBeside(json: unknown): string | undefined {
	if (!isObject(json) || saysSucceeded(json)) return undefined;
	return [json.message, json.msg].find((text): text is string => {
		const collected = typeof text === 'string' ? collectedRefusal(text) : undefined;
		return (
			collected !== undefined &&
			!OF_EXISTING.includes(collected.family) &&
			troubleIn(collected.rest) === undefined
		);
	});
}

function factsOf(reply: Reply): Facts {
	const order = reply.action === 'add' ? orderIdIn(reply.json) : undefined;
	const ownWords = wordsOf(reply);
	const message = order !== undefined && ownWords === undefined ? refusalBeside(reply.json) : undefined;
	const words = ownWords ?? message;
	const collected = words === undefined ? undefined : collectedRefusal(words);
	const around = words === undefined ? '' : normalized(allTexts(reply.json).replace(words, ' '));
	const restAround = collectedRefusal(around)?.rest ?? around;
	const success = order === undefined && words !== undefined && saysSucceeded(reply.json);
	const trouble =
		words === undefined
			? undefined
			: (troubleIn(collected?.rest ?? normalized(words)) ??
				troubleIn(restAround) ??
				(success ? 'success' : undefined));
	const irrelevant =
		reply.action === 'add' && collected !== undefined && OF_EXISTING.includes(collected.family);
	return {
		...reply,
		order,
		words,
		errorBeside: hasErrorBeside(reply.json) || message !== undefined,
		family: words === undefined ? undefined : familyOf(words),
		refuses: collected !== undefined && trouble === undefined && !irrelevant,
		trouble,
	};
}

/** The family where no words tell it. */
function familyByStatus({ status, json, body }: Facts): ErrorFamily {
	if (status === 429) return 'rateLimit';
	if (status === 401 || status === 403) return isChallenge({ status, json, body }) ? 'maintenance' : 'auth';
	if (status === 402) return 'funds';
	if (status === 404 || status === 405 || (status >= 300 && status < 400)) return 'protocol';
	if (status >= 500 || status === 408 || status === 425 || isPage(body)) return 'maintenance';
	if (status >= 400) return 'request';
	return 'protocol';
}

/** HTTP 429 with words about something else is about that; 402 without known words is about funds. */
function familyFor(facts: Facts): ErrorFamily {
	const { status, words, family } = facts;
	if (words === undefined || family === undefined) return familyByStatus(facts);
	if (status === 429 && ['request', 'maintenance', 'rateLimit'].includes(family)) return 'rateLimit';
	if (status === 402 && family === 'request' && !facts.refuses) return 'funds';
	// "Not Found" in nobody's words, or in a framework's, is about the address
	const isAddress = isRouterRefusal(status, facts.json) || (family === 'request' && !facts.refuses);
	if ([404, 405].includes(status) && isAddress) return 'protocol';
	if (status === 401 && family === 'request' && !facts.refuses) return 'auth';
	return family;
}

export function judge(reply: Reply): Judgement {
	const facts = factsOf(reply);
	const row = VERDICTS.find(({ fits }) => fits(facts)) ?? ALL_ELSE;
	const { words, order, status, json } = facts;
	const text = words === undefined ? '' : normalized(words);
	return {
		verdict: row.verdict,
		row: row.name,
		reason: row.reason,
		family: familyFor(facts),
		words,
		...(order !== undefined && { order }),
		clean:
			row === ALL_ELSE &&
			words !== undefined &&
			errorTextOf(json ?? undefined) !== undefined &&
			mayBeClean(status) &&
			facts.family !== 'maintenance' &&
			!saysTryAgain(text),
	};
}

/** The PanelError that a part of a reply amounts to which speaks of one ID in these words. */
export function refusal(words: string, action: string, part?: unknown): PanelError {
	const judgement = judge({ action, status: 200, json: part, words });
	// What stands beside one ID is about that ID: the key was good enough for the others
	const ofOne = action === 'refill_status' ? 'refill' : 'order';
	const family = judgement.family === 'auth' ? ofOne : judgement.family;
	return errorFrom({ ...judgement, family }, { action, status: undefined });
}

/** From a judgement to the error that says so; `message` for replies without words of their own. */
export function errorFrom(
	{ verdict, family, words, order, clean }: Judgement,
	details: {
		action: string;
		status: number | undefined;
		retryAfterMs?: number;
		message?: string;
		transient?: boolean;
		remedy?: string;
	},
): PanelError {
	const { action, status, retryAfterMs, message, remedy, transient = false } = details;
	const certain = verdict === 'refused';
	return new PanelError(
		words === undefined
			? (message ??
				(order === undefined ? 'The panel gave no reason.' : `The panel names order ${order}, and an error.`))
			: excerpt(words, 400),
		{
			family,
			effect: certain ? 'none' : 'unknown',
			// Whatever a server's fault is worded like, a read can succeed a little later
			transient:
				transient ||
				family === 'rateLimit' ||
				family === 'maintenance' ||
				(isRead(action) && status !== undefined && status >= 500),
			panelText: words?.slice(0, 1000),
			httpStatus: status,
			retryAfterMs,
			action,
			remedy,
			clean,
			...(order !== undefined && { namedOrder: order }),
		},
	);
}
