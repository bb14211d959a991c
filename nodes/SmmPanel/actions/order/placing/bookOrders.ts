/** From a run's plan to the orders that the order book claims. Pure, but for the counter that it is handed. */
import type { Order } from '../../../book/claimTypes';
import { fieldsHashOf, packFields, sameLinkForm } from '../../../book/digest';
import { orderKeys, userKeyOf, type CounterMemory, type Place } from '../../../book/identity';
import { newRow, type BookRow } from '../../../book/rows';
import { isMore } from '../../../panel/money';
import { inputIndexOf } from './input';
import type { PlannedOrder } from './plan';

export interface BookPlace extends Place {
	/** The panel's host. */
	panel: string;
	executionId: string;
	/** False for an agent's tool, whose repeated call means the same order. */
	counting: boolean;
	/** Whether a key of the user's tells equal orders apart, where nothing else does: in tools and sub-workflows. */
	keyed: boolean;
}

/** What the order is for: the link or, where the type has none, the username. */
const targetOf = ({ fields }: PlannedOrder): string => (fields.link ?? fields.username ?? '').trim();

/**
 * An order of the book for each planned one, by item. All of the plan is counted, also what is not sent: whether an
 * order is the second of its kind must not depend on what came of the first.
 *
 * @param inputs what each order was made of, such as the input item's JSON
 * @param memory how often equal orders came before, over the rounds of a loop; it is changed
 */
export function bookOrders(
	plan: readonly PlannedOrder[],
	inputs: readonly unknown[],
	place: BookPlace,
	memory: CounterMemory,
): Map<number, Order> {
	return new Map(
		plan.map((planned) => {
			const { item, service, idempotencyKey = '' } = planned;
			const userKey = userKeyOf(idempotencyKey, place.account);
			const content = {
				service,
				link: sameLinkForm(targetOf(planned)),
				fieldsHash: fieldsHashOf(planned.fields),
				input: inputs[item],
				...(place.keyed && userKey !== '' && { userKey }),
			};
			const { rootless, round, ...keys } = orderKeys(place, content, memory, place.counting);
			const row = rowOf(planned, place, { ...keys, round, userKey });
			return [item, { ref: item, row, ...(rootless && { rootless }) }];
		}),
	);
}

type Keys = Pick<BookRow, 'userKey' | 'requestKey' | 'itemKey' | 'round'>;

const rowOf = (planned: PlannedOrder, place: BookPlace, keys: Keys): BookRow =>
	newRow({
		state: 'waiting',
		reference: planned.reference ?? '',
		service: planned.service,
		serviceName: planned.serviceName ?? '',
		link: targetOf(planned),
		quantity: planned.fields.quantity === undefined ? null : Number(planned.fields.quantity),
		estimate: planned.charge === null ? null : Number(planned.charge),
		panel: place.panel,
		account: place.account,
		idempotencyKey: planned.origin?.key ?? planned.idempotencyKey ?? '',
		workflow: place.workflowId,
		node: place.nodeId,
		execution: place.executionId,
		run: place.root.run,
		item: inputIndexOf(planned),
		fields: packFields(planned.fields),
		extra: extraOf(planned),
		...keys,
	});

/** Where panels charge differently, the most counts towards limits (writeBack.ts). */
function extraOf({ charge, highest }: PlannedOrder): string {
	if (highest === null || !isMore(highest, charge ?? '0')) return '';
	return JSON.stringify({ highest });
}
