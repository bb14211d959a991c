/** What a run is going to order, and everything that speaks against it, before any money is spent. */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { Connection } from '../../connection';
import { isMore, parseAmount, type Amount } from '../../panel/money';
import {
	checkAgainstService,
	draftOrder,
	estimateCharge,
	fieldsOfType,
	type OrderDraft,
} from '../../panel/orderDraft';
import type { Service } from '../../panel/schemas';
import { readServiceId } from '../shared/serviceField';
import type { ListOptions } from '../shared/options';

export interface PlacingOptions extends Omit<ListOptions, 'batchSize' | 'failedIdsAsData'> {
	checkBalance?: boolean;
	extraFields?: { field?: Array<{ name: string; value: string }> };
	idempotencyKey?: string | number;
	maxCharge?: number | string;
	maxTotalCharge?: number | string;
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
	idempotencyKey: string | undefined;
	/** An earlier item of this run has the same key. */
	repeatsKey: boolean;
}

interface Mapping {
	mappingMode?: 'defineBelow' | 'autoMapInputData';
	value?: IDataObject | null;
}

export const readPlacingOptions = (context: IExecuteFunctions, itemIndex = 0): PlacingOptions =>
	context.getNodeParameter('options', itemIndex, {}) as PlacingOptions;

/** Whether prices are needed although orders are not to be validated. */
const hasBudget = ({ maxCharge, maxTotalCharge, checkBalance }: PlacingOptions) =>
	maxCharge !== undefined || maxTotalCharge !== undefined || checkBalance === true;

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
	const serviceOf = (id: string): Service | undefined => {
		const index = catalogue?.byId.get(id);
		return index === undefined ? undefined : catalogue?.services[index];
	};
	const keys = new Set<string>();
	return context.getInputData().map((item, itemIndex) => {
		const options = itemIndex === 0 ? runOptions : readPlacingOptions(context, itemIndex);
		const id = readServiceId(context, itemIndex);
		const service = typeof id === 'string' ? serviceOf(id) : undefined;
		const draft = readDraft(context, itemIndex, item.json, service, options);
		const priced = service !== undefined && draft.problems.length === 0;
		const charge = priced ? estimateCharge(draft, service) : null;
		const key = String(options.idempotencyKey ?? '').trim() || undefined;
		const repeatsKey = key !== undefined && keys.has(key);
		if (key !== undefined) keys.add(key);
		return {
			itemIndex,
			service: typeof id === 'string' ? id : '',
			fields: draft.fields,
			charge,
			problems: [
				...(typeof id === 'string' ? [] : [id.message]),
				...draft.problems,
				...(validate && typeof id === 'string' ? serviceProblems(draft, id, service) : []),
				...keyProblems(options, key),
				...(priced || !validate ? chargeProblems(options, runOptions, charge) : []),
			],
			idempotencyKey: key,
			repeatsKey,
		};
	});
}

function readDraft(
	context: IExecuteFunctions,
	itemIndex: number,
	input: IDataObject,
	service: Service | undefined,
	options: PlacingOptions,
): OrderDraft {
	const extra = Object.fromEntries(
		(options.extraFields?.field ?? []).map(({ name, value }) => [String(name), value]),
	);
	const mapping = context.getNodeParameter('orderFields', itemIndex, {}) as Mapping;
	if (mapping.mappingMode !== 'autoMapInputData') return draftOrder(mapping.value ?? {}, extra);
	// A sheet has columns of other types' fields, or of nobody's: only what this service takes is sent
	const names = fieldsOfType(service?.type);
	return draftOrder(Object.fromEntries(names.map((name) => [name, input[name]])), extra);
}

const serviceProblems = (draft: OrderDraft, id: string, service: Service | undefined): string[] =>
	service
		? checkAgainstService(draft, service)
		: [`The panel has no service ${id}: choose one from its current list`];

/** An expression that gives nothing would silently switch the protection off. */
const keyProblems = ({ idempotencyKey }: PlacingOptions, key: string | undefined): string[] =>
	idempotencyKey !== undefined && key === undefined
		? ['Idempotency Key is empty: enter an expression that gives a key for every item, or remove the option']
		: [];

function chargeProblems(
	options: PlacingOptions,
	runOptions: PlacingOptions,
	charge: Amount | null,
): string[] {
	if (!hasBudget({ ...runOptions, maxCharge: options.maxCharge })) return [];
	if (charge === null) {
		return ['The charge cannot be known before, so it cannot be kept within a limit: remove the limits or state posts'];
	}
	if (options.maxCharge === undefined) return [];
	const limit = parseAmount(options.maxCharge);
	if (limit === undefined) return [`Max Charge per Order: "${options.maxCharge}" is not an amount`];
	return isMore(charge, limit) ? [`The charge of ${charge} is more than Max Charge per Order (${limit})`] : [];
}
