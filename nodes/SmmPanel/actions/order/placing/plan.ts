/** Decides what a run is going to order, and everything that speaks against it, before any money is spent. Pure. */
import { fieldsHashOf } from '../../../book/digest';
import { isMore, type Amount } from '../../../panel/money';
import { draftOrder, fieldsOfType, type OrderDraft } from '../../../panel/orderFields';
import { LIST_FIELDS, orderTypeOf } from '../../../panel/orderTypes';
import type { Catalogue, Service } from '../../../panel/schemas';
import {
	allowsDripFeed,
	checkAgainstService,
	type Estimate,
	missingFields,
	priceOf,
	uncheckedOf,
} from '../../../panel/serviceChecks';
import { hasColumn, mapColumns, listed, type Columns } from './columns';
import type { OrderInput, Origin, UnreadableInput } from './input';
import type { RunOptions } from './options';

/** One order of a run. */
export interface PlannedOrder {
	/** Its number in the plan: the index of the input item or, in a mass order, that of the line among all. */
	item: number;
	/** Of a mass order's line. */
	origin?: Origin;
	/** Empty where the item names none. */
	service: string;
	/** What is sent besides `key`, `action` and `service`. */
	fields: Record<string, string>;
	/** Estimate; null where the price is not known before. */
	charge: Amount | null;
	/** What it costs at the most, which counts under a limit: panels price some types differently. */
	highest: Amount | null;
	isPriceUncertain: boolean;
	/** Sentences; empty = may be sent. */
	problems: string[];
	/** Whether the panel's list does not have the service: another panel may. */
	serviceIsMissing: boolean;
	idempotencyKey: string | undefined;
	/** The user's own text for people; undefined: none. */
	reference?: string;
	/** As the panel's list has it; undefined where the list was not asked for. */
	serviceName?: string;
	/** Why min and max of the service were not looked at. */
	limits?: string;
	/** Where the mapping is automatic. */
	columns?: Columns;
}

type Rules = Pick<RunOptions, 'checkBalance' | 'maxTotalCharge' | 'maxPerDay' | 'validate'>;

/** Whether prices decide about money: then they have to be of this run. */
export const needsFreshPrices = (
	inputs: ReadonlyArray<OrderInput | UnreadableInput>,
	rules: Rules,
): boolean => hasRunLimit(rules) || inputs.some(hasOwnLimit);

/** Whether the service list is needed: for a check, a price, or both. */
export const needsCatalogue = (inputs: ReadonlyArray<OrderInput | UnreadableInput>, rules: Rules): boolean =>
	rules.validate || needsFreshPrices(inputs, rules);

const hasRunLimit = ({ checkBalance, maxTotalCharge, maxPerDay }: Rules) =>
	checkBalance || maxTotalCharge !== undefined || maxPerDay !== undefined;
const hasOwnLimit = (input: OrderInput | UnreadableInput) =>
	'options' in input && input.options.maxCharge !== undefined;

/** The same inputs, rules and catalogue give the same plan: an order for each item, in their order. */
export const planOrders = (
	inputs: ReadonlyArray<OrderInput | UnreadableInput>,
	rules: Rules,
	catalogue: Catalogue | undefined,
): PlannedOrder[] =>
	withoutSharedKeys(
		inputs.map((input) => ('unreadable' in input ? unreadable(input) : planOrder(input, rules, catalogue))),
	);

/** One key for two different orders is a mistake: the first keeps it. Equal ones are repeats, which are not sent. */
function withoutSharedKeys(plan: readonly PlannedOrder[]): PlannedOrder[] {
	const owners = new Map<string, PlannedOrder>();
	return plan.map((order) => {
		const { idempotencyKey: key } = order;
		const owner = key === undefined ? undefined : owners.get(key);
		if (key !== undefined && owner === undefined) owners.set(key, order);
		if (owner === undefined || whatIsOrdered(owner) === whatIsOrdered(order)) return order;
		const problem = `Idempotency Key "${key}" is that of item ${owner.item} already, which is another order: give each order a key of its own`;
		return { ...order, problems: [...order.problems, problem] };
	});
}

const whatIsOrdered = ({ service, fields }: PlannedOrder): string => `${service} ${fieldsHashOf(fields)}`;

/** Where an order comes from. */
const sourceOf = ({ item, origin }: OrderInput | UnreadableInput) => ({ item, ...(origin && { origin }) });

const unreadable = (input: UnreadableInput): PlannedOrder => ({
	...sourceOf(input),
	service: '',
	fields: {},
	charge: null,
	highest: null,
	isPriceUncertain: false,
	problems: [input.unreadable],
	serviceIsMissing: false,
	idempotencyKey: undefined,
});

function planOrder(input: OrderInput, rules: Rules, catalogue: Catalogue | undefined): PlannedOrder {
	const { options } = input;
	const id = input.service.ok ? input.service.value : '';
	const service = catalogue?.services[catalogue.byId.get(id) ?? -1];
	const { draft, columns } = draftOf(input, service);
	const isPriced = service !== undefined && draft.problems.length === 0;
	const price = isPriced ? priceOf(draft, service) : null;
	const unchecked = service && catalogue ? uncheckedOf(draft, service, catalogue) : '';
	const isMissing = input.service.ok && catalogue !== undefined && service === undefined;
	return {
		...sourceOf(input),
		service: id,
		fields: draft.fields,
		charge: price?.estimate ?? null,
		highest: price?.highest ?? null,
		isPriceUncertain: price?.uncertain ?? false,
		problems: [
			...(input.service.ok ? [] : [input.service.problem.message]),
			...draft.problems,
			...(rules.validate && isMissing
				? [`The panel has no service ${id}: choose one from its current list`]
				: []),
			...(rules.validate && service && catalogue ? serviceProblems(draft, service, catalogue, input) : []),
			...options.problems,
			...(isPriced || !rules.validate ? chargeProblems(input, rules, price) : []),
		],
		serviceIsMissing: isMissing,
		idempotencyKey: options.idempotencyKey,
		...(options.reference !== '' && { reference: options.reference }),
		...(service !== undefined && { serviceName: service.name }),
		...(unchecked !== '' && { limits: `not checked: ${unchecked}` }),
		...(columns && { columns }),
	};
}

interface Drafted {
	draft: OrderDraft;
	columns?: Columns;
}

function draftOf({ values, automatic, options }: OrderInput, service: Service | undefined): Drafted {
	if (!automatic) return { draft: draftOrder(values, options.extra) };
	const mapped = mapColumns(values, fieldsOfType(service?.type));
	const { fields, problems } = draftOrder(mapped.values, options.extra);
	return { draft: { fields, problems: [...mapped.problems, ...problems] }, columns: mapped.columns };
}

/** What an item lacks is often there under another name. */
function serviceProblems(
	draft: OrderDraft,
	service: Service,
	catalogue: Catalogue,
	{ automatic, values, origin }: OrderInput,
) {
	const type = orderTypeOf(service.type);
	const missing = type ? missingFields(draft, type) : [];
	const lacks = automatic && missing.some((field) => !hasColumn(values, field));
	const isListMissing = !automatic && LIST_FIELDS.some(({ name }) => missing.includes(name));
	const isCounted = missing.some((name) => name === type?.units) && service.max > 0;
	const howMany = isCounted ? `, ${service.min} to ${service.max} of them` : '';
	return [
		...checkAgainstService(draft, service),
		...(lacks ? [`The columns of this item are: ${listed(Object.keys(values)) || 'none'}`] : []),
		...(isListMissing
			? [`Enter it under 'Lists'${origin ? " of 'Create'" : ''}, one entry a line${howMany}`]
			: []),
		...(Number(draft.fields.runs ?? 1) > 1 && !allowsDripFeed(service, catalogue)
			? [`Service ${service.service} does not allow drip-feed: leave Runs and Interval empty`]
			: []),
	];
}

function chargeProblems({ options }: OrderInput, rules: Rules, price: Estimate | null): string[] {
	const { maxCharge } = options;
	if (!hasRunLimit(rules) && maxCharge === undefined) return [];
	if (price === null) {
		return [
			'What this order costs cannot be known before, so no limit can be kept: remove Max Charge per Order, Max per Day, Max Total Charge and Check Balance, or, for a subscription, state New Posts',
		];
	}
	const { highest, uncertain } = price;
	if (maxCharge === undefined || !isMore(highest, maxCharge)) return [];
	const charge = `${uncertain ? 'up to ' : ''}${highest}`;
	return [`The charge of ${charge} is more than Max Charge per Order (${maxCharge})`];
}
