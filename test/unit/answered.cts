/** A panel that gives one answer to everything, and what a client makes of it. */
import { createPanelClient, type PanelClient } from '../../nodes/SmmPanel/panel/client';
import { PanelError } from '../../nodes/SmmPanel/panel/errors';
import { scripted, virtualClock } from './clientFixture.cts';

/** A client whose panel answers everything with this. */
export function clientAnswered(
	body: string,
	status = 200,
	headers: Record<string, unknown> = {},
): PanelClient {
	const { transport } = scripted({ status, headers, body });
	return createPanelClient({
		transport,
		clock: virtualClock(),
		apiUrl: 'https://panel.test/api/v2',
		apiKey: 'a-key-of-tests',
		retry: { attempts: 1 },
	});
}

export const IDS = ['1', '23501', 'ord_1'];

/** Asks for everything; returns whatever is neither an answer nor a PanelError. */
export async function surprises(client: PanelClient, ids = IDS): Promise<unknown[]> {
	const single = [client.services(), client.balance(), client.add({ link: 'x' })].map(async (asked) => {
		const error = await asked.then(
			() => undefined,
			(reason: unknown) => reason,
		);
		return error === undefined || error instanceof PanelError ? [] : [error];
	});
	const lists = (['status', 'refill', 'refillStatus', 'cancel'] as const).flatMap((ask) =>
		[ids, ids.slice(0, 1)].map(async (asked) => {
			const outcomes = await client[ask](asked);
			const wrong = [...outcomes.values()].filter(
				(outcome) => !outcome.ok && !(outcome.error instanceof PanelError),
			);
			return [...outcomes.keys()].join() === asked.join()
				? wrong
				: [`not every ID has an outcome: ${[...outcomes.keys()].join()}`];
		}),
	);
	return (await Promise.all([...single, ...lists])).flat();
}
