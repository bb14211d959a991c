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
	unitsOf,
} from '../../../panel/serviceChecks';
import { hasColumn, mapColumns, listed, type Columns } from './columns';
import type { OrderInput, Origin, RunOptions, UnreadableInput } from './input';

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
	/** What it is counted in where no quantity is given: lines, names, or 1 for a package; undefined: not known. */
	units?: number;
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

export type Inputs = ReadonlyArray<OrderInput | UnreadableInput>;

type Rules = Pick<RunOptions, 'checkBalance' | 'maxTotalCharge' | 'maxPerDay' | 'validate'>;

/** Whether prices decide about money: then they have to be of this run. */
export const needsFreshPrices = (inputs: Inputs, rules: Rules): boolean =>
	hasRunLimit(rules) || inputs.some((input) => 'options' in input && input.options.maxCharge !== undefined);

/** Whether the service list is needed: for a check, a price, or both. */
export const needsCatalogue = (inputs: Inputs, rules: Rules): boolean =>
	rules.validate || needsFreshPrices(inputs, rules);

const hasRunLimit = ({ checkBalance, maxTotalCharge, maxPerDay }: Rules) =>
	checkBalance || maxTotalCharge !== undefined || maxPerDay !== undefined;

/** The same inputs, rules and catalogue give the same plan: an order for each item, in their order. */
export function planOrders(inputs: Inputs, rules: Rules, catalogue: Catalogue | undefined): PlannedOrder[] {
	const owners = new Map<string, PlannedOrder>();
	return inputs.map((input) => {
		const order = 'unreadable' in input ? unreadable(input) : planOrder(input, rules, catalogue);
		const { idempotencyKey: key } = order;
		if (key === undefined) return order;
		// One key for two different orders is a mistake: the first keeps it. Equal ones are repeats, which are not sent
		const owner = owners.get(key) ?? order;
		owners.set(key, owner);
		const isSame =
			owner.service === order.service && fieldsHashOf(owner.fields) === fieldsHashOf(order.fields);
		if (isSame) return order;
		const problem = `Idempotency Key "${key}" is that of item ${owner.item} already, which is another order: give each order a key of its own`;
		return { ...order, problems: [...order.problems, problem] };
	});
}

const unreadable = ({ item, origin, unreadable: problem }: UnreadableInput): PlannedOrder => ({
	item,
	origin,
	service: '',
	fields: {},
	charge: null,
	highest: null,
	isPriceUncertain: false,
	problems: [problem],
	serviceIsMissing: false,
	idempotencyKey: undefined,
});

function planOrder(input: OrderInput, rules: Rules, catalogue: Catalogue | undefined): PlannedOrder {
	const { options } = input;
	const id = input.service.ok ? input.service.value : '';
	const service = catalogue?.services[catalogue.byId.get(id) ?? -1];
	const mapped = input.automatic ? mapColumns(input.values, fieldsOfType(service?.type)) : undefined;
	const draft = draftOrder(mapped?.values ?? input.values, options.extra);
	if (mapped) draft.problems.unshift(...mapped.problems);
	const isPriced = service !== undefined && draft.problems.length === 0;
	const price = isPriced ? priceOf(draft, service) : null;
	const unchecked = service && catalogue ? uncheckedOf(draft, service, catalogue) : '';
	const isMissing = input.service.ok && catalogue !== undefined && service === undefined;
	return {
		item: input.item,
		origin: input.origin,
		service: id,
		fields: draft.fields,
		...(service && draft.fields.posts === undefined && { units: unitsOf(draft, service) ?? undefined }),
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
		reference: options.reference || undefined,
		serviceName: service?.name,
		...(unchecked !== '' && { limits: `not checked: ${unchecked}` }),
		columns: mapped?.columns,
	};
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
