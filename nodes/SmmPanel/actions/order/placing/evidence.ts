/** Sends orders and, where the words of an answer do not decide, looks at the account's balance for evidence. */
import type { PanelClient } from '../../../panel/client';
import { PanelError, type Effect } from '../../../panel/errors';
import { addAmounts, isMore, parseAmount, subtractAmounts, type Amount } from '../../../panel/money';
import {
	accountOf,
	BalanceReader,
	debitsAtOnce,
	refusedByEvidence,
	type BalancePorts,
	type Reading,
} from '../../../panel/balanceReader';
import { EVIDENCE } from '../../../panel/policies';
import type { PlannedOrder } from './plan';

interface EvidencePorts extends BalancePorts {
	client: BalancePorts['client'] & Pick<PanelClient, 'add'>;
	/** Names the account at its panel, for what this process remembers of it. */
	account: string;
	/** Where it is known already. */
	currency?: string | null;
}

/**
 * `add` with evidence: an order with a known price whose answer is an error in words that nobody has collected was
 * refused if the balance has not moved, at an account that is debited at once. The first reading goes out now, while the
 * book claims. `finish` looks whether the last order was debited at once, where that is not known yet.
 */
export function addWithEvidence(ports: EvidencePorts) {
	const account = accountOf(ports.account);
	const balance = new BalanceReader(ports, account);

	const add = async (fields: Record<string, string>, order: PlannedOrder) => {
		await balance.beforeOrder();
		const seen = balance.reading;
		const sentAt = ports.clock.now();
		const coversOrder = covers(seen, order.highest);
		const answersBefore = account.answers;
		try {
			const placed = await ports.client.add(fields, { coversOrder });
			balance.placed(placed.order, order);
			return { ...placed, currency: ports.currency ?? account.currency };
		} catch (error) {
			if (!(error instanceof PanelError)) {
				balance.forget();
				return await Promise.reject(error as Error);
			}
			const context = { order, seen, ageMs: seen ? sentAt - seen.at : Infinity };
			const isOwn = seen !== undefined && seen.answers + seen.placed.length === answersBefore;
			return await Promise.reject(
				await judgedAgain(error, isOwn ? context : { ...context, ageMs: Infinity }),
			);
		} finally {
			account.answers++;
		}
	};

	/** What the balance says of an error. */
	async function judgedAgain(
		error: PanelError,
		{ order, seen, ageMs }: { order: PlannedOrder; seen: Reading | undefined; ageMs: number },
	): Promise<PanelError> {
		const isSuppliers = error.clean && (error.family === 'auth' || error.family === 'funds');
		if (isSuppliers && error.family === 'auth' && (await balance.refusesKey()))
			return withEffect(error, 'none');
		if (error.family === 'funds' && error.effect === 'none' && seen === undefined) {
			// Nobody knows what it was before; that it covers the order now says enough
			const after = await balance.read();
			return covers(after, order.highest) ? withEffect(error, 'unknown') : error;
		}
		if (error.effect === 'none') {
			balance.refused();
			return error;
		}
		const { alone, clock } = ports;
		const mayDecide = error.clean && alone && seen !== undefined && debitsAtOnce(account);
		balance.forget();
		if (!mayDecide) return error;
		const chargedSince = await balance.chargesOf(seen.placed);
		const after = await balance.read();
		if (after !== undefined) await clock.sleep(EVIDENCE.againMs);
		const later = after && (await balance.read());
		const isRefused = refusedByEvidence(error, {
			alone,
			before: seen.balance,
			ageMs,
			chargedSince,
			after: after?.balance,
			later: later?.balance,
			estimate: order.isPriceUncertain ? null : order.charge,
			debitsAtOnce: debitsAtOnce(account),
		});
		if (later) balance.restart(later);
		if (isRefused) {
			const what = `the balance was ${seen.balance} before and ${later?.balance ?? ''} after`;
			// A supplier's refusal is about this order: it does not end the run
			return withEffect(error, 'none', `${error.message}; ${what}`, isSuppliers ? 'request' : error.family);
		}
		const changed = later && changeOf(seen, chargedSince, later);
		return changed ? withEffect(error, 'unknown', `${error.message}; ${changed}`) : error;
	}

	return Object.assign(add, { finish: async () => await balance.learn() });
}

const covers = (reading: Reading | undefined, price: Amount | null): boolean => {
	const balance = parseAmount(reading?.balance);
	if (balance === undefined || price === null || reading?.spent === undefined) return false;
	return !isMore(addAmounts(price, reading.spent), balance);
};

function changeOf(before: Reading, chargedSince: Amount | undefined, after: Reading): string | undefined {
	const [was, is] = [parseAmount(before.balance), parseAmount(after.balance)];
	if (was === undefined || is === undefined || chargedSince === undefined) return undefined;
	const by = subtractAmounts(subtractAmounts(was, chargedSince), is);
	if (by === '0') return undefined;
	return isMore(by, '0') ? `the balance fell by ${by}` : `the balance rose by ${by.slice(1)}`;
}

const withEffect = (error: PanelError, effect: Effect, message = error.message, family = error.family) =>
	new PanelError(message, {
		family,
		effect,
		panelText: error.panelText,
		httpStatus: error.httpStatus,
		action: error.action,
		...(error.hasOwnRemedy && (effect === 'unknown' || family !== error.family) && { remedy: error.remedy }),
	});
