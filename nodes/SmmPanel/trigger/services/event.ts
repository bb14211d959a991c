/** Services that the panel adds, removes or changes. */
import { NodeOperationError, type IDataObject, type IPollFunctions } from 'n8n-workflow';
import { toNodeError } from '../../shared/problems';
import { connect } from '../../shared/connection';
import { doubtOf } from '../../panel/catalogue';
import type { Service } from '../../panel/schemas';
import { attempt, faultOf, type Fault, type TriggerEvent } from '../event';
import { addedJson, isWatched, serviceChanges, type ChangeKind, type ServiceRules } from './transitions';
import { unpackServices } from './memory';
import { fingerprint } from '../state';

const SAMPLE_SIZE = 10;
const MOST_PANELS = 20;

// For the names of removed services only: after a restart they are told without
const namesByPanel = new Map<string, ReadonlyMap<string, string>>();

function rememberNames(panel: string, services: readonly Service[]): void {
	namesByPanel.delete(panel);
	namesByPanel.set(panel, new Map(services.map(({ service, name }) => [service, name])));
	const [oldest] = namesByPanel.keys();
	if (namesByPanel.size > MOST_PANELS && oldest !== undefined) namesByPanel.delete(oldest);
}

// By panel: after a restart a short list is believed one poll later, or as soon as a full one was read
const countsByPanel = new Map<string, { services?: number; doubted?: number }>();

interface Filters {
	categories?: string[];
	changes?: ChangeKind[];
	minRateChange?: number;
	serviceIds?: string;
	types?: string[];
}

function readRules(context: IPollFunctions): ServiceRules {
	const filters = context.getNodeParameter('filters', {}) as Filters;
	const { categories = [], types = [], changes = [], minRateChange = 0, serviceIds = '' } = filters;
	const ids = String(serviceIds)
		.split(/[\s,;]+/)
		.filter(Boolean);
	return {
		identity: fingerprint(JSON.stringify([[...categories].sort(), [...types].sort(), [...ids].sort()])),
		categories: new Set(categories),
		types: new Set(types),
		ids: new Set(ids),
		kinds: new Set(changes),
		minRateChange: Number(minRateChange),
	};
}

async function readServices(
	context: IPollFunctions,
	limits: Parameters<typeof connect>[1],
	/** How many services are remembered of the poll before, filters aside. */
	before?: number,
): Promise<{ services: Service[] } | { fault: Fault }> {
	const { client } = await connect(context, limits);
	const result = await attempt(client.services());
	if ('fault' in result) return result;
	const { services } = result.value;
	const { apiUrl } = await context.getCredentials<{ apiUrl: string }>('smmPanelApi');
	const known = countsByPanel.get(apiUrl);
	const counts = { services: before ?? known?.services, doubted: known?.doubted };
	const doubt = doubtOf(result.value, counts.services, counts.doubted);
	countsByPanel.set(apiUrl, doubt ? { ...counts, doubted: services.length } : { services: services.length });
	return doubt ? { fault: faultOf(doubt) } : { services };
}

const EMPTY: Fault = {
	problem: {
		message: "The panel's list of services is empty",
		remedy: 'Look at the panel: it may be under maintenance. Nothing is reported as removed meanwhile.',
		family: 'maintenance',
		effect: 'none',
	},
	transient: true,
};

/** How many services the poll before saw; undefined where filters hide that. */
function rememberedCount(memory: IDataObject | undefined, rules: ServiceRules): number | undefined {
	const isWhole = rules.categories.size === 0 && rules.types.size === 0 && rules.ids.size === 0;
	return isWhole && memory?.identity === rules.identity ? unpackServices(memory).size : undefined;
}

export const servicesChanged: TriggerEvent = {
	async read(context, memory, deadline) {
		const rules = readRules(context);
		const { apiUrl } = await context.getCredentials<{ apiUrl: string }>('smmPanelApi');
		const read = await readServices(context, deadline.limits, rememberedCount(memory, rules));
		if ('fault' in read) return read;
		const { services } = read;
		// No panel sells nothing: that is a fault of the moment, not the end of all services
		if (services.length === 0 && memory !== undefined) return { fault: EMPTY };
		return {
			apply: (latest) => {
				const names = namesByPanel.get(apiUrl);
				const change = serviceChanges(latest, services, rules, (id) => names?.get(id) ?? null);
				rememberNames(apiUrl, services);
				return change;
			},
		};
	},

	async sample(context, deadline) {
		const read = await readServices(context, deadline.limits);
		if ('fault' in read) throw toNodeError(context.getNode(), read.fault.problem);
		const watched = read.services.filter(isWatched(readRules(context)));
		if (watched.length > 0) return watched.slice(0, SAMPLE_SIZE).map(addedJson);
		throw new NodeOperationError(context.getNode(), 'None of the services fits the filters', {
			description: "Choose other values in 'Filters', or remove some of them.",
		});
	},
};
