/** Event → how it is shown and what it does: the trigger's table. Adding an event is its file and one row. */
import type { INodeProperties } from 'n8n-workflow';
import type { IdNoun } from '../shared/ids';
import { threshold, balanceBelow } from './balance/event';
import type { TriggerEvent } from './event';
import { notice, tolerateOutages } from './fields';
import { servicesChanged } from './services/event';
import { serviceFilters } from './services/fields';
import { orderStalled, orderStatusChanged, refillStatusChanged } from './status/event';
import {
	bookTableId,
	firstCheck,
	ignoreRejectedIds,
	orderStatusFields,
	progressStep,
	recheckFinished,
	refillStatusFields,
	requestsPerPoll,
	stalledAfter,
} from './status/fields';
import { watchListFields } from './watchList/fields';

/** In alphabetical order, as the editor shows them. */
export const EVENTS: readonly TriggerEvent[] = [
	{
		name: 'Balance Below',
		value: 'balanceBelow',
		action: 'On balance below threshold',
		description: 'The balance falls below an amount: once, and again after it has been above',
		fields: [threshold],
		options: [],
		handler: balanceBelow,
	},
	{
		name: 'Order Stalled',
		value: 'orderStalled',
		action: 'On order that no longer moves',
		description:
			'Status and remains of an unfinished order stay the same for hours: once, and again after it has moved',
		watches: 'order',
		fields: [stalledAfter],
		options: [ignoreRejectedIds, requestsPerPoll, bookTableId],
		handler: orderStalled,
	},
	{
		name: 'Order Status Changed',
		value: 'orderStatusChanged',
		description: 'An order on your list gets another status, for example Completed',
		watches: 'order',
		fields: orderStatusFields,
		options: [firstCheck, ignoreRejectedIds, progressStep, recheckFinished, requestsPerPoll, bookTableId],
		handler: orderStatusChanged,
	},
	{
		name: 'Refill Status Changed',
		value: 'refillStatusChanged',
		description: 'A refill on your list gets another status',
		watches: 'refill',
		fields: refillStatusFields,
		options: [firstCheck, ignoreRejectedIds, recheckFinished, requestsPerPoll, bookTableId],
		handler: refillStatusChanged,
	},
	{
		name: 'Services Changed',
		value: 'servicesChanged',
		description: 'The panel adds, removes or changes services, for example their prices',
		fields: [serviceFilters],
		options: [],
		handler: servicesChanged,
	},
];

const eventsOn = (noun: IdNoun): string[] =>
	EVENTS.filter(({ watches }) => watches === noun).map(({ value }) => value);

/** The events that have a watch list. */
export const LIST_EVENTS: string[] = EVENTS.filter(({ watches }) => watches !== undefined).map(
	({ value }) => value,
);

/** Each field once, shown for the events that have it. */
function shownByEvent(key: 'event' | '/event', fieldsOf: (event: TriggerEvent) => INodeProperties[]) {
	const eventsByField = new Map<INodeProperties, string[]>();
	for (const event of EVENTS) {
		for (const field of fieldsOf(event))
			eventsByField.set(field, [...(eventsByField.get(field) ?? []), event.value]);
	}
	return [...eventsByField].map(
		([field, events]): INodeProperties => ({ ...field, displayOptions: { show: { [key]: events } } }),
	);
}

/** Fields of one name, of which the form shows one at a time, take one place. */
const byPlace = (fields: readonly INodeProperties[]): INodeProperties[] =>
	[...new Set(fields.map(({ name }) => name))].flatMap((place) =>
		fields.filter(({ name }) => name === place),
	);

/** Not by a locale: its rules take as long to load as the whole package. */
const byLabel = (a: INodeProperties, b: INodeProperties): number => (a.displayName < b.displayName ? -1 : 1);

export const properties: INodeProperties[] = [
	{
		displayName: 'Trigger On',
		name: 'event',
		type: 'options',
		noDataExpression: true,
		options: EVENTS.map(({ name, value, action, description }) => ({
			name,
			value,
			...(action !== undefined && { action }),
			description,
		})),
		default: 'orderStatusChanged',
	},
	...watchListFields({ order: eventsOn('order'), refill: eventsOn('refill') }),
	...byPlace(shownByEvent('event', ({ fields }) => fields)),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [...shownByEvent('/event', ({ options }) => options), tolerateOutages].sort(byLabel),
	},
	notice,
];
