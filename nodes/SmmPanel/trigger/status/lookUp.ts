/** Looks many IDs up at the panel within a poll's time, as far as it goes, and says where to go on. */
import { MAX_BATCH_SIZE } from '../../panel/client';
import type { PanelError } from '../../panel/errors';
import { forEachLimited, type Outcomes } from '../../panel/batching';
import { CONCURRENCY } from '../../panel/policies';

/** What the panel said about an ID, or why it would not. */
export type LookedUp<T> = { value: T } | { rejected: string };

export interface Answers<T> {
	/** Only what was really read; IDs that were not looked up, or got no reply, are missing. */
	byId: Map<string, LookedUp<T>>;
	/** The first ID that was not looked up. */
	next?: string;
	/** A refused key; else a fault that passes: the network, maintenance, too many requests for even one answer. */
	problem?: PanelError;
}

interface Sorted<T> {
	byId: Map<string, LookedUp<T>>;
	refused?: PanelError;
	outage?: PanelError;
	/** The panel had too many requests: this poll ends here, and the next one goes on. */
	limited?: PanelError;
	/** Trouble in the panel's words about an ID that was alone in its request. */
	troubled?: PanelError;
}

/** `over` tells whether no further request may begin; the first one always does. `maxRequests` 0: no limit. */
export async function lookUp<T>(
	request: (batch: readonly string[]) => Promise<Outcomes<T>>,
	ids: readonly string[],
	{ over, maxRequests }: { over(): boolean; maxRequests: number },
): Promise<Answers<T>> {
	const found: Sorted<T> = { byId: new Map() };
	const lookedUp = new Set<string>();
	const starts = ids.map((_, index) => index).filter((index) => index % MAX_BATCH_SIZE === 0);
	await forEachLimited(starts, CONCURRENCY.mostReads, async (start, index) => {
		const outOfTime = index > 0 && (over() || (maxRequests > 0 && index >= maxRequests));
		if (outOfTime || found.outage || found.refused || found.limited) return;
		const batch = ids.slice(start, start + MAX_BATCH_SIZE);
		const outcomes = await request(batch);
		batch.forEach((id) => lookedUp.add(id));
		for (const id of sortOut(outcomes, found)) lookedUp.delete(id);
	});
	const { byId, refused, outage, limited, troubled } = found;
	// A panel that has answered anything works: IDs that it did not answer for are looked up by the next poll
	const problem = refused ?? outage ?? (byId.size > 0 ? undefined : (limited ?? troubled));
	return { byId, next: ids.find((id) => !lookedUp.has(id)), problem };
}

/** Adds a batch's outcomes to what was found; returns the IDs that were not looked up for want of time or requests. */
function sortOut<T>(outcomes: Outcomes<T>, found: Sorted<T>): string[] {
	const left: string[] = [];
	const someAnswered = [...outcomes.values()].some(({ ok }) => ok);
	for (const [id, outcome] of outcomes) {
		if (outcome.ok) found.byId.set(id, { value: outcome.value });
		else if (outcome.error.family === 'auth') found.refused ??= outcome.error;
		else if (outcome.error.family === 'canceled') left.push(id);
		else if (isAboutThisId(outcome.error, someAnswered)) {
			found.byId.set(id, { rejected: outcome.error.message });
		} else if (someAnswered) continue;
		else if (outcome.error.family === 'rateLimit') {
			found.limited ??= outcome.error;
			left.push(id);
		} else if (outcomes.size === 1 && outcome.error.panelText !== undefined) {
			found.troubled ??= outcome.error;
		} else found.outage ??= outcome.error;
	}
	return left;
}

/**
 * Whether a refusal is about the ID itself. A fault of the whole panel is no reason to report each order as wrong; and
 * trouble that passes ("Try again later") with one order is no reason to report it, or to call the poll failed.
 */
const isAboutThisId = ({ family, transient, panelText }: PanelError, someAnswered: boolean): boolean =>
	!transient && (someAnswered || (panelText !== undefined && ['order', 'refill'].includes(family)));
