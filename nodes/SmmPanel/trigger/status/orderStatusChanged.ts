/** An order on the watch list gets another status. */
import { KNOWN_ORDER_STATUSES } from '../../panel/statuses';
import { readOptions, type TriggerEvent } from '../event';
import { changeOptions, statusFields } from './fields';
import { ORDERS } from './kinds';
import { statusEvent } from './statusEvent';
import { valueOf } from '../../shared/parameters';

export const orderStatusChanged: TriggerEvent = {
	name: 'Order Status Changed',
	value: 'orderStatusChanged',
	description: 'An order on your list gets another status, for example Completed',
	fields: statusFields(KNOWN_ORDER_STATUSES),
	options: [
		...changeOptions,
		{
			displayName: 'Progress Step (%)',
			name: 'progressStep',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 100 },
			default: 0,
			placeholder: 'e.g. 25',
			hint: 'With the order book, or a data table with a column "quantity", this is exact',
			description:
				'Fire also each time this much more of an order has been delivered: 25 fires at 25, 50 and 75 percent. 0 means never.',
		},
	],
	...statusEvent(ORDERS, (context) => {
		const options = readOptions(context);
		const progressStep = options.number('progressStep', 'Progress Step (%)', { least: 0 }, 0);
		return valueOf(context, options.result({ progressStep }));
	}),
};
