/** Errors in plain words, with the panel's own behind them. */
import { isRead, type Effect, type ErrorFamily } from './errors';

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
interface Failed {
	message: string;
	family: ErrorFamily;
	effect: Effect;
	/** The action of the request; undefined where none was made. */
	action?: string;
	/** An order that the reply named beside its error. */
	namedOrder?: string;
}

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
	const paidNothing = action === 'add' && effect === 'none' ? PAID_NOTHING : '';
	const older =
		namedOrder === undefined
			? ''
			: family === 'conflict'
				? `It is order ${namedOrder}.`
				: `The panel names order ${namedOrder}.`;
	const isOpen = effect === 'unknown' && action === 'add' && !SAY_NOTHING.includes(family);
	const isStatus = family === 'refill' && action === 'refill_status';
	const headline = isOpen ? UNCLEAR : isStatus ? 'The panel does not know this refill.' : HEADLINES[family];
	return [headline, older, paidNothing, message === '' ? '' : `(${message})`]
		.filter((part) => part !== '')
		.join(' ');
}

/** Whether a failed request was one that has an outcome: reads have none. */
export const hasOutcome = (action: string | undefined): boolean => action === undefined || !isRead(action);
