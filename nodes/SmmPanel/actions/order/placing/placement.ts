/** What came of an item's order, and the record that keeps it. */
import type { IDataObject } from 'n8n-workflow';
import type { Amount } from '../../../panel/money';
import type { Problem } from '../../../shared/problems';
import type { PlannedOrder } from './plan';

/** Plain JSON: n8n stores it with the execution, and tries of the same run hand it on (docs/stored-data.md). */
export type Placement = {
	service: string;
	fields: IDataObject;
	/** Estimate. */
	charge: Amount | null;
	idempotencyKey?: string;
	/** Of the item's JSON, by which a later try knows the item although it orders something else. */
	inputHash?: string;
} & (
	| { state: 'placed'; order: string; currency?: string }
	/** Ordered before. `order` and `status` as far as the order book knows them. */
	| { state: 'duplicate'; order?: string; status?: string }
	/** Not sent, since `order` (undefined: one without an ID so far) is for the same link. */
	| { state: 'skipped'; order?: string; reason: string }
	/** It may have reached the panel: never sent again. */
	| { state: 'unknown'; problem: Problem }
	/** Certainly not placed: a later try may send it. `keepsKey`: its key could not be taken back. */
	| { state: 'refused'; problem: Problem; keepsKey?: boolean }
);

/** By an order's number in the plan; what earlier tries placed that no order of this plan is like, by other names. */
export type Placements = Record<string, Placement>;

/** Whether an order must not be sent (again). */
export const isSettled = (placement: Placement | undefined): boolean =>
	placement !== undefined && placement.state !== 'refused' && placement.state !== 'skipped';

/** Whether it is paid, or nobody knows. */
export const mayBePaid = ({ state }: Placement): boolean => state === 'placed' || state === 'unknown';

export const hasPaid = (placements: Placements): boolean => Object.values(placements).some(mayBePaid);

/** Why an order was not placed, or why nobody knows. */
export const failureOf = (placement: Placement | undefined): Problem | undefined =>
	placement?.state === 'refused' || placement?.state === 'unknown' ? placement.problem : undefined;

/** An order's own part of its placement. */
export const aboutOrder = ({ service, fields, charge, idempotencyKey, inputHash }: PlannedOrder) => ({
	service,
	fields,
	charge,
	...(idempotencyKey !== undefined && { idempotencyKey }),
	...(inputHash !== undefined && { inputHash }),
});

/**
 * The write-ahead record: what it says of an order is written down before the order is sent, so that whatever ends the
 * run in between, a later try finds the order `unknown` and does not send it again.
 */
export interface OrderRecord {
	/** How many orders `begin` takes at once: after a crash, so many may be unknown although fewer were sent. */
	window(): number;
	/**
	 * Writes down that these orders may have been sent. Resolves to what keeps an order from being sent, by item: the
	 * order of the same key, an unknown outcome, or a record that cannot be written. What is not in it must be sent or
	 * released. Never rejects.
	 */
	begin(orders: readonly PlannedOrder[]): Promise<ReadonlyMap<number, Placement>>;
	/** Writes down what came of an order that was begun; resolves to how it stands in the record. Never rejects. */
	settle(order: PlannedOrder, placement: Placement): Promise<Placement>;
	/** Takes back orders that were begun and certainly not sent. Never rejects. */
	release(orders: readonly PlannedOrder[]): Promise<void>;
	/** What is known of an item's order, from this try or an earlier one. */
	recall(item: number): Placement | undefined;
	/** Ends the run: returns when all that was settled is sure to be kept. Never rejects. */
	close(): Promise<void>;
}
