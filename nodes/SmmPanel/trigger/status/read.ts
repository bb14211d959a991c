/** Asks the panel about many IDs within a poll's time, as far as it goes, and says where to go on. */
import { MAX_BATCH_SIZE } from '../../panel/client';
import type { PanelError } from '../../panel/errors';
import { forEachLimited } from '../../panel/lanes';
import { CONCURRENCY } from '../../panel/policies';
import type { Outcome } from '../../panel/replies';

/** What the panel said about an ID, or why it would not. */
export type Answer<T> = { value: T } | { rejected: string };

export interface Answers<T> {
	/** Only what was really read; IDs that could not be asked, or got no reply, are missing. */
	byId: Map<string, Answer<T>>;
	/** The first ID that was not asked. */
	next?: string;
	/** A fault that passes: the network, too many requests, maintenance. */
	outage?: PanelError;
	/** A refused key. */
	refused?: PanelError;
}

export interface AskLimits {
	/** Whether no further request may begin. The first one always does. */
	over(): boolean;
	/** 0: no limit. */
	maxRequests: number;
}

type Ask<T> = (ids: readonly string[]) => Promise<Map<string, Outcome<T>>>;

export async function askWithin<T>(
	ask: Ask<T>,
	ids: readonly string[],
	{ over, maxRequests }: AskLimits,
): Promise<Answers<T>> {
	const answers: Answers<T> = { byId: new Map() };
	const asked = new Set<string>();
	const starts = ids.map((_, index) => index).filter((index) => index % MAX_BATCH_SIZE === 0);
	await forEachLimited(starts, CONCURRENCY.mostReads, async (start, index) => {
		const outOfTime = index > 0 && (over() || (maxRequests > 0 && index >= maxRequests));
		if (outOfTime || answers.outage || answers.refused) return;
		const batch = ids.slice(start, start + MAX_BATCH_SIZE);
		const outcomes = await ask(batch);
		batch.forEach((id) => asked.add(id));
		for (const id of sortOut(outcomes, answers)) asked.delete(id);
	});
	return { ...answers, next: ids.find((id) => !asked.has(id)) };
}

/** Adds a batch's outcomes to the answers; returns the IDs that were not asked for want of time. */
function sortOut<T>(outcomes: Map<string, Outcome<T>>, answers: Answers<T>): string[] {
	const notAsked: string[] = [];
	const someAnswered = [...outcomes.values()].some(({ ok }) => ok);
	for (const [id, outcome] of outcomes) {
		if (outcome.ok) answers.byId.set(id, { value: outcome.value });
		else if (outcome.error.family === 'auth') answers.refused ??= outcome.error;
		else if (outcome.error.family === 'canceled') notAsked.push(id);
		else if (isAboutThisId(outcome.error, someAnswered)) {
			answers.byId.set(id, { rejected: outcome.error.message });
		} else answers.outage ??= outcome.error;
	}
	return notAsked;
}

/** A fault of the whole panel is no reason to report each of its orders as wrong. */
const isAboutThisId = ({ family, transient, panelText }: PanelError, someAnswered: boolean): boolean =>
	!transient && (someAnswered || (panelText !== undefined && ['order', 'refill'].includes(family)));
