import { placing } from '../sandbox/workflow.cts';
import { FOLLOWERS } from './services.cts';

export const LINK = 'https://www.instagram.com/example';

/** Parameters that place an order for followers. */
export const orderOf = (quantity: number | string = 1000, link = LINK) =>
	placing(FOLLOWERS.id, { link, quantity });

/** The same, with link and quantity taken from the input: `inputs` gives it items. */
export const ORDER_FROM_INPUT = orderOf('={{ $json.quantity }}', '={{ $json.link }}');

export const inputs = (...quantities: number[]) =>
	quantities.map((quantity, index) => ({ link: `${LINK}/${index}`, quantity }));

/** Every five seconds: n8n's shortest interval is a minute, but a trigger may have several. */
export const pollTimes = {
	item: Array.from({ length: 12 }, (_, at) => ({ mode: 'custom', cronExpression: `${at * 5} * * * * *` })),
};
