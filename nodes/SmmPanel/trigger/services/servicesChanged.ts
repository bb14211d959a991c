/** Services that the panel adds, removes or changes. */
import {
	NodeOperationError,
	type IDataObject,
	type INodeProperties,
	type IPollFunctions,
} from 'n8n-workflow';
import { doubtOf } from '../../panel/catalogue';
import type { Service } from '../../panel/schemas';
import { connect, fingerprint, type Limits } from '../../shared/connection';
import { isId, withoutHash } from '../../shared/ids';
import { collection, ParameterReader, valueOf } from '../../shared/parameters';
import type { Problem } from '../../shared/problems';
import { failure, success, type Result } from '../../shared/result';
import { categoriesFilter, readNames, typesFilter } from '../../shared/services';
import { attempt, nothingRead, type TriggerEvent } from '../event';
import {
	addedJson,
	dearerJson,
	isWatched,
	serviceChanges,
	unpackServices,
	type ChangeKind,
	type ServiceRules,
} from './transitions';

const KINDS: Array<{ name: string; value: ChangeKind; description: string }> = [
	{ name: 'Added', value: 'added', description: 'A service is new' },
	{ name: 'Features', value: 'flags', description: 'Refill, cancel or drip-feed is switched on or off' },
	{ name: 'Limits', value: 'limits', description: 'The smallest or largest quantity is another' },
	{ name: 'Price Down', value: 'rateDown', description: 'The rate has fallen' },
	{ name: 'Price Up', value: 'rateUp', description: 'The rate has risen' },
	{ name: 'Removed', value: 'removed', description: 'A service is gone' },
	{ name: 'Type', value: 'type', description: 'The service asks for other fields than before' },
];

const serviceFilters: INodeProperties = {
	...collection('filters', [
		categoriesFilter,
		{
			displayName: 'Kinds of Change',
			name: 'changes',
			type: 'multiOptions',
			options: KINDS,
			default: [],
			description: 'Only changes of these kinds. Leave empty for all.',
		},
		{
			displayName: 'Minimum Price Change (%)',
			name: 'minRateChange',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 2 },
			default: 0,
			placeholder: 'e.g. 5',
			description:
				'Report a price only when it is at least this many percent above or below the one last reported. Small changes add up.',
		},
		{
			displayName: 'Service IDs',
			name: 'serviceIds',
			type: 'string',
			default: '',
			placeholder: 'e.g. 1523, 1524',
			builderHint: {
				propertyHint: "Text: '1523, 1524', IDs taken from *Service: Get Many*; leave it out for all services",
			},
			description: 'Only these services, separated by commas, spaces or lines',
		},
		typesFilter,
	]),
	description:
		'Without filters, every change of every service is reported. Another choice of services is remembered first and reported from then on.',
};

export const SAMPLE_SIZE = 10;

interface LastReading {
	/**
	 * Names of services, for those that are removed later. After a restart of n8n these are reported without a name.
	 */
	names?: ReadonlyMap<string, string>;
	services?: number;
	/** How many services a short list had: it is believed when the next one has as many. */
	doubted?: number;
}

// By panel
const lastReadings = new Map<string, LastReading>();

/** Makes the rules for a list of services, which alone shows which names contain commas. */
type RulesFor = (services: readonly Service[]) => ServiceRules;

function readRules(context: IPollFunctions): RulesFor {
	const filters = new ParameterReader(context.getNodeParameter('filters', {}), 'Filters');
	const categories = readNames(filters, categoriesFilter);
	const types = readNames(filters, typesFilter);
	const ids = readServiceIds(filters);
	const kinds = readKinds(filters);
	const minRateChange = filters.number('minRateChange', 'Minimum Price Change (%)', { least: 0 }, 0);
	const choice = [[...categories.entered].sort(), [...types.entered].sort(), [...ids].sort()];
	const rules = {
		identity: fingerprint(JSON.stringify(choice)),
		ids: new Set(ids),
		kinds: new Set(kinds),
		minRateChange,
	};
	valueOf(context, filters.result(rules));
	return (services) => ({
		...rules,
		categories: categories.among(new Set(services.map(({ category }) => category))),
		types: types.among(new Set(services.map(({ type }) => type))),
	});
}

const wordsOf = (filters: ParameterReader, name: string, label: string): string[] =>
	filters
		.textList(name, label)
		.flatMap((text) => text.split(/[\s,;]+/))
		.filter((word) => word !== '');

function readServiceIds(filters: ParameterReader): string[] {
	const ids = wordsOf(filters, 'serviceIds', 'Service IDs').map(withoutHash).filter(Boolean);
	const bad = ids.find((id) => !isId(id));
	if (bad !== undefined) filters.problems.push(`'Service IDs' holds something other than IDs: ${bad}`);
	return ids;
}

const readKinds = (filters: ParameterReader): ChangeKind[] =>
	wordsOf(filters, 'changes', 'Kinds of Change').flatMap((name) => {
		const known = KINDS.map(({ value }) => value);
		const kind = known.find((one) => one.toLowerCase() === name.toLowerCase());
		// A kind that does not exist would never be reported
		if (kind === undefined)
			filters.problems.push(`'Kinds of Change' knows no "${name}", only ${known.join(', ')}`);
		return kind ?? [];
	});

/** Reads the panel's services. `before` is how many the poll before saw, filters aside. */
async function readServices(
	context: IPollFunctions,
	limits: Limits,
	before?: number,
): Promise<Result<{ services: Service[]; names: ReadonlyMap<string, string> }>> {
	const { client, host } = await connect(context, limits);
	const result = await attempt(client.services());
	if (!result.ok) return failure(result.problem);
	const { services } = result.value;
	const last = lastReadings.get(host) ?? {};
	const doubt = doubtOf(result.value, before ?? last.services, last.doubted);
	const now = services.map(({ service, name }) => [service, name] as const);
	const names = new Map([...(last.names ?? []), ...now]);
	lastReadings.set(
		host,
		doubt ? { ...last, doubted: services.length } : { names, services: services.length },
	);
	return doubt ? failure(doubt) : success({ services, names });
}

/** The identity of a choice without filters. */
const ALL_SERVICES = fingerprint(JSON.stringify([[], [], []]));

/** How many services the poll before saw; undefined where filters hide that. */
const rememberedCount = (memory: IDataObject | undefined): number | undefined =>
	memory?.identity === ALL_SERVICES ? unpackServices(memory.services).size : undefined;

const EMPTY: Problem = {
	message: "The panel's list of services is empty",
	remedy: 'Look at the panel: it may be under maintenance. Nothing is reported as removed meanwhile.',
	family: 'maintenance',
	effect: 'none',
};

export const servicesChanged: TriggerEvent = {
	name: 'Services Changed',
	value: 'servicesChanged',
	description: 'The panel adds, removes or changes services, for example their prices',
	fields: [serviceFilters],
	options: [],

	async read(context, memory, deadline) {
		const rulesFor = readRules(context);
		const read = await readServices(context, deadline.limits, rememberedCount(memory));
		if (!read.ok) return nothingRead(read.problem);
		const { services, names } = read.value;
		// No panel sells nothing: that is a fault of the moment, not the end of all services
		if (services.length === 0 && memory !== undefined) return nothingRead(EMPTY);
		return serviceChanges(memory, services, rulesFor(services), (id) => names.get(id) ?? null);
	},

	async sample(context, deadline) {
		const rulesFor = readRules(context);
		const { services } = valueOf(context, await readServices(context, deadline.limits));
		const watched = services.filter(isWatched(rulesFor(services)));
		const [first, ...others] = watched.slice(0, SAMPLE_SIZE);
		if (first) return [dearerJson(first), ...others.map(addedJson)];
		throw new NodeOperationError(context.getNode(), 'None of the services fits the filters', {
			description: "Choose other values in 'Filters', or remove some of them.",
		});
	},
};
