/** Sends orders and, where the panel answers in words nobody has collected, looks at the balance for evidence. */
import type { PanelClient } from '../../../panel/client';
import { PanelError } from '../../../panel/errors';
import { refusedByEvidence } from '../../../panel/evidence';
import type { PlannedOrder } from './plan';

interface EvidencePorts {
	client: Pick<PanelClient, 'add' | 'balance'>;
	/** Whether orders are sent one at a time: another one's charge would hide this one's. */
	alone: boolean;
	/** The balance as the panel wrote it, if it was read just before the first order; it counts for that one. */
	balance: string | undefined;
	/** The value by which a panel knows a repeat of this order, where its credential names a field for it. */
	requestIdOf(order: PlannedOrder): string;
}

/**
 * `add` with evidence: an order with a known price that the panel answered with uncollected words, in a clean error
 * envelope, was refused if the balance has not moved. The first such answer of a run is what makes the balance be read
 * before each order from then on. Rejects with a PanelError.
 */
export function addWithEvidence({ client, alone, balance, requestIdOf }: EvidencePorts) {
	let before = balance;
	let isWatching = false;
	const readBalance = async () =>
		await client.balance().then(
			({ raw }) => String(raw.balance),
			// No evidence then, and the order stays unknown
			() => undefined,
		);
	return async (fields: Record<string, string>, order: PlannedOrder): Promise<{ order: string }> => {
		if (isWatching && before === undefined) before = await readBalance();
		const seen = before;
		// After this answer it is an old one
		before = undefined;
		try {
			return await client.add(fields, requestIdOf(order));
		} catch (error) {
			if (!(error instanceof PanelError) || !error.clean || !alone) return await Promise.reject(error);
			isWatching = true;
			const after = seen === undefined ? undefined : await readBalance();
			const estimate = order.isPriceUncertain ? null : order.charge;
			const evidence = { alone, before: seen, after, estimate };
			before = after;
			return await Promise.reject(refusedByEvidence(error, evidence) ? refused(error, after ?? '') : error);
		}
	};
}

const refused = (error: PanelError, balance: string) =>
	new PanelError(`${error.message}; the balance was ${balance} before and after`, {
		family: error.family,
		effect: 'none',
		panelText: error.panelText,
		httpStatus: error.httpStatus,
		action: error.action,
	});
