/** A refill on the watch list gets another status. */
import { KNOWN_REFILL_STATUSES } from '../../panel/statuses';
import type { TriggerEvent } from '../event';
import { changeOptions, statusFields } from './fields';
import { REFILLS } from './kinds';
import { statusEvent } from './statusEvent';

export const refillStatusChanged: TriggerEvent = {
	name: 'Refill Status Changed',
	value: 'refillStatusChanged',
	description: 'A refill on your list gets another status',
	fields: statusFields(KNOWN_REFILL_STATUSES),
	options: changeOptions,
	...statusEvent(REFILLS),
};
