/** An unfinished order on the watch list no longer moves. */
import { HOUR_MS } from '../../panel/policies';
import { valueOf } from '../../shared/parameters';
import { readFields, type TriggerEvent } from '../event';
import { listOptions } from './fields';
import { ORDERS } from './orderStatusChanged';
import { statusEvent } from './statusEvent';

const STALLED_AFTER = 24;

export const orderStalled: TriggerEvent = {
	name: 'Order Stalled',
	value: 'orderStalled',
	action: 'On order that no longer moves',
	description:
		'Status and remains of an unfinished order stay the same for hours: once, and again after it has moved',
	fields: [
		{
			displayName: 'Stalled After (Hours)',
			name: 'stalledAfter',
			type: 'number',
			typeOptions: { minValue: 0.1 },
			default: STALLED_AFTER,
			description: 'How long neither status nor remains of an unfinished order have to stay the same',
		},
	],
	options: listOptions,
	...statusEvent(ORDERS, (context) => {
		const fields = readFields(context, ['stalledAfter']);
		const hours = fields.number('stalledAfter', 'Stalled After (Hours)', { least: 0.1 }, STALLED_AFTER);
		return { stalledAfterMs: HOUR_MS * valueOf(context, fields.result(hours)) };
	}),
};
