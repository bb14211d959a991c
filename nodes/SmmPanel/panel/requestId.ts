/**
 * Panels that take a request ID (notpanel's `request_id`) answer a repeat of the same request with the same reply: there,
 * a lost reply can be asked for again.
 */
import { PanelError } from './errors';
import type { Attempts } from './retry';
import { settle } from './retry';

/** Sends in all. Three tell a lost reply from a panel that is down. */
const MOST_SENDS = 3;

/** No send later than this after the first: panels forget request IDs, and nobody says when. */
const LAST_SEND_MS = 120_000;

/** Pauses before the second and the third send: a restart is over, and the third still is within the time. */
const PAUSES_MS = [5_000, 30_000];

/** What never left, or was refused for its rate. */
const isHarmless = ({ effect, transient, family }: PanelError) =>
	effect === 'none' && transient && (family === 'network' || family === 'rateLimit');

const LOST = ['network', 'maintenance', 'protocol'];

/**
 * Sends up to three times while the reply is lost. Once one was lost, only an ID settles the matter: a later refusal can
 * be about the order that the lost one has placed, and leaves the outcome unknown.
 */
export async function repeatWithRequestId<T>(
	once: () => Promise<T>,
	{ clock, turn: nextTurn, notSent }: Pick<Attempts, 'clock' | 'turn' | 'notSent'>,
): Promise<T> {
	let firstSentAt: number | undefined;
	let lost: PanelError | undefined;
	let last: PanelError | undefined;
	for (let sends = 0; sends < MOST_SENDS; sends++) {
		if (sends > 0) await clock.sleep(Math.max(PAUSES_MS[sends - 1] ?? 0, last?.retryAfterMs ?? 0));
		const turn = await nextTurn();
		if (turn === undefined) {
			last ??= notSent(undefined);
			break;
		}
		firstSentAt ??= clock.now();
		if (clock.now() - firstSentAt > LAST_SEND_MS) {
			turn();
			break;
		}
		const outcome = await once().then(
			(value) => ({ value }),
			(error: unknown) => ({ error }),
		);
		if ('value' in outcome) {
			turn();
			return outcome.value;
		}
		const goesOn = settle(turn, outcome.error);
		if (!(outcome.error instanceof PanelError)) throw outcome.error;
		last = outcome.error;
		if (lost === undefined && last.family === 'rateLimit' && isHarmless(last)) {
			if (!goesOn) break;
			// Nothing is at stake yet: as any order it waits for its turn, which is not one of the three
			sends = -1;
			firstSentAt = undefined;
			continue;
		}
		const isLost = last.effect === 'unknown' && LOST.includes(last.family);
		if (isLost) lost = last;
		if (!isLost && !isHarmless(last)) break;
	}
	throw lost === undefined || last === undefined || last.effect === 'unknown' ? last : afterLost(lost, last);
}

const afterLost = (lost: PanelError, last: PanelError) =>
	new PanelError(`${lost.message} Asked again, it said: ${last.message}`, {
		family: last.family === 'canceled' ? lost.family : last.family,
		effect: 'unknown',
		panelText: last.panelText,
		httpStatus: last.httpStatus,
		action: 'add',
	});
