/** The trigger's table of events. Adding one is its file and one row. */
import type { INodeProperties } from 'n8n-workflow';
import type { IdNoun } from '../shared/ids';
import { collection } from '../shared/parameters';
import { balanceBelow } from './balance/balanceBelow';
import type { TriggerEvent } from './event';
import { servicesChanged } from './services/servicesChanged';
import { watchListFields } from './status/fields';
import { orderStalled } from './status/orderStalled';
import { orderStatusChanged } from './status/orderStatusChanged';
import { refillStatusChanged } from './status/refillStatusChanged';

/** In alphabetical order, as the editor shows them. */
export const EVENTS: readonly TriggerEvent[] = [
	balanceBelow,
	orderStalled,
	orderStatusChanged,
	refillStatusChanged,
	servicesChanged,
];

export const DEFAULT_TOLERANCE = 5;

const tolerateOutages: INodeProperties = {
	displayName: 'Tolerate Outages',
	name: 'tolerateOutages',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: DEFAULT_TOLERANCE,
	description:
		'How many polls in a row have to fail before a failed execution says so. Counts network faults, maintenance and too many requests; an API key that the panel refuses is reported at once. No change is lost meanwhile.',
};

const renameNotice: INodeProperties = {
	displayName:
		'This node remembers what it has seen under its own name. If you rename it, it starts anew, as when the workflow is published for the first time.',
	name: 'renameNotice',
	type: 'notice',
	default: '',
};

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

/** Puts fields of one name, of which the form shows one at a time, into one place. */
const byPlace = (fields: readonly INodeProperties[]): INodeProperties[] =>
	[...new Set(fields.map(({ name }) => name))].flatMap((place) =>
		fields.filter(({ name }) => name === place),
	);

/** Compares without a locale, whose rules take as long to load as the whole package. */
const byLabel = (a: INodeProperties, b: INodeProperties): number => (a.displayName < b.displayName ? -1 : 1);

export const properties: INodeProperties[] = [
	{
		displayName: 'Trigger On',
		name: 'event',
		type: 'options',
		noDataExpression: true,
		options: EVENTS.map(({ name, value, action, description }) => ({ name, value, action, description })),
		default: 'orderStatusChanged',
	},
	...watchListFields({ order: eventsOn('order'), refill: eventsOn('refill') }),
	...byPlace(shownByEvent('event', ({ fields }) => fields)),
	collection('options', [...shownByEvent('/event', ({ options }) => options), tolerateOutages].sort(byLabel)),
	renameNotice,
];
