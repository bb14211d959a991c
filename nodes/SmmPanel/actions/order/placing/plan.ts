/** What a run is going to order, and everything that speaks against it, before any money is spent. */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { Connection } from '../../../shared/connection';
import { isMore, type Amount } from '../../../panel/money';
import {
	allowsDripFeed,
	checkAgainstService,
	draftOrder,
	estimateCharge,
	fieldsOfType,
	type OrderDraft,
} from '../../../panel/orderFields';
import type { Service } from '../../../panel/schemas';
import type { Catalogue } from '../../../panel/replies';
import type { ListOptions } from '../../shared/options';
import { readServiceId } from '../../shared/serviceField';
import { asLimit } from './budget';

export interface PlacingOptions extends Omit<ListOptions, 'batchSize' | 'failedIdsAsData'> {
	checkBalance?: boolean;
	extraFields?: { field?: Array<{ name: string; value: string }> };
	/** An expression can give anything, also nothing: what is a key of this object was asked for. */
	idempotencyKey?: unknown;
	maxCharge?: unknown;
	maxTotalCharge?: unknown;
	validateAgainstService?: boolean;
}

/** One item's order. */
export interface PlannedOrder {
	itemIndex: number;
	service: string;
	fields: Record<string, string>;
	/** Estimate; null where the price is not known before. */
	charge: Amount | null;
	/** Sentences; empty = may be sent. */
	problems: string[];
	/** Whether the panel's list does not have the service: another panel may. */
	serviceIsMissing: boolean;
	idempotencyKey: string | undefined;
}

interface Mapping {
	mappingMode?: 'defineBelow' | 'autoMapInputData';
	value?: IDataObject | null;
}

export const readPlacingOptions = (context: IExecuteFunctions, itemIndex = 0): PlacingOptions =>
	context.getNodeParameter('options', itemIndex, {}) as PlacingOptions;

const LIMITS = ['maxCharge', 'maxTotalCharge'] as const;

/** Whether prices are needed although orders are not to be validated. */
const hasBudget = (options: PlacingOptions) =>
	options.checkBalance === true || LIMITS.some((limit) => limit in options);

/** Reads and checks the orders of all items. The service list is asked for only where a check or a price needs it. */
export async function planOrders(
	context: IExecuteFunctions,
	connection: Connection,
	{ alwaysPrice }: { alwaysPrice: boolean },
): Promise<PlannedOrder[]> {
	const runOptions = readPlacingOptions(context);
	const validate = runOptions.validateAgainstService ?? true;
	const catalogue =
		validate || alwaysPrice || hasBudget(runOptions) ? await connection.catalogue() : undefined;
	return context.getInputData().map((_, itemIndex) => {
		try {
			return planOrder(context, itemIndex, { catalogue, runOptions, validate });
		} catch (error) {
			// An expression of this item failed: the others are none the worse for it
			const { message, description } = error as { message?: unknown; description?: unknown };
			return unreadable(
				itemIndex,
				[message, description].filter((text) => typeof text === 'string' && text !== ''),
			);
		}
	});
}

const unreadable = (itemIndex: number, texts: unknown[]): PlannedOrder => ({
	itemIndex,
	service: '',
	fields: {},
	charge: null,
	problems: [texts.join('. ') || 'The parameters of this item cannot be read'],
	serviceIsMissing: false,
	idempotencyKey: undefined,
});

interface Planning {
	catalogue: Catalogue | undefined;
	runOptions: PlacingOptions;
	validate: boolean;
}

function planOrder(
	context: IExecuteFunctions,
	itemIndex: number,
	{ catalogue, runOptions, validate }: Planning,
): PlannedOrder {
	const options = itemIndex === 0 ? runOptions : readPlacingOptions(context, itemIndex);
	const id = readServiceId(context, itemIndex);
	const named = typeof id === 'string';
	const index = named ? catalogue?.byId.get(id) : undefined;
	const service = index === undefined ? undefined : catalogue?.services[index];
	const draft = readDraft(context, itemIndex, service, options);
	const priced = service !== undefined && draft.problems.length === 0;
	const charge = priced ? estimateCharge(draft, service) : null;
	const key = readKey(options);
	return {
		itemIndex,
		service: named ? id : '',
		fields: draft.fields,
		charge,
		problems: [
			...(named ? [] : [id.message]),
			...draft.problems,
			...(validate && named ? serviceProblems(draft, id, service) : []),
			...(service && catalogue && validate ? dripFeedProblems(draft, service, catalogue) : []),
			...(typeof key === 'object' ? [key.problem] : []),
			...(priced || !validate ? chargeProblems(options, runOptions, charge) : []),
		],
		serviceIsMissing: named && catalogue !== undefined && service === undefined,
		idempotencyKey: typeof key === 'string' ? key : undefined,
	};
}

function readDraft(
	context: IExecuteFunctions,
	itemIndex: number,
	service: Service | undefined,
	options: PlacingOptions,
): OrderDraft {
	const extra = Object.fromEntries(
		(options.extraFields?.field ?? []).map(({ name, value }) => [String(name), value]),
	);
	const mapping = context.getNodeParameter('orderFields', itemIndex, {}) as Mapping;
	if (mapping.mappingMode !== 'autoMapInputData') return draftOrder(mapping.value ?? {}, extra);
	// A sheet has columns of other types' fields, or of nobody's: only what this service takes is sent
	const input = context.getInputData()[itemIndex]?.json ?? {};
	const names = fieldsOfType(service?.type);
	return draftOrder(Object.fromEntries(names.map((name) => [name, input[name]])), extra);
}

const serviceProblems = (draft: OrderDraft, id: string, service: Service | undefined): string[] =>
	service
		? checkAgainstService(draft, service)
		: [`The panel has no service ${id}: choose one from its current list`];

const dripFeedProblems = ({ fields }: OrderDraft, service: Service, catalogue: Catalogue): string[] =>
	Number(fields.runs ?? 1) > 1 && !allowsDripFeed(service, catalogue)
		? [`Service ${service.service} does not allow drip-feed: leave Runs and Interval empty`]
		: [];

/** An expression that gives nothing, or the same for every item, would silently switch the protection off. */
function readKey(options: PlacingOptions): string | { problem: string } | undefined {
	if (!('idempotencyKey' in options)) return undefined;
	const { idempotencyKey: key } = options;
	if (typeof key === 'string' && key.trim() !== '') return key.trim();
	if (typeof key === 'number' && Number.isFinite(key)) return String(key);
	const wanted = 'enter an expression that gives a text or a number for every item, or remove the option';
	return {
		problem:
			key === undefined || key === null || typeof key === 'string'
				? `Idempotency Key is empty: ${wanted}`
				: `Idempotency Key is neither text nor number: ${wanted}`,
	};
}

function chargeProblems(
	options: PlacingOptions,
	runOptions: PlacingOptions,
	charge: Amount | null,
): string[] {
	if (!hasBudget(runOptions) && !hasBudget(options)) return [];
	if (charge === null) {
		return [
			'What this order costs cannot be known before, so no limit can be kept: remove Max Charge per Order, Max Total Charge and Check Balance, or, for a subscription, state New Posts',
		];
	}
	if (!('maxCharge' in options)) return [];
	const limit = asLimit(options.maxCharge);
	if (limit === undefined)
		return [`Max Charge per Order: "${String(options.maxCharge ?? '')}" is not an amount`];
	return isMore(charge, limit)
		? [`The charge of ${charge} is more than Max Charge per Order (${limit})`]
		: [];
}
