/** What came of an item's order. */
import type { IDataObject } from 'n8n-workflow';
import type { Amount } from '../../../panel/money';
import type { Problem } from '../../../shared/problems';
import type { PlannedOrder } from './plan';

/** Of this try: what earlier ones did, the order book knows. */
export type Placement = {
	service: string;
	fields: IDataObject;
	/** Estimate. */
	charge: Amount | null;
	idempotencyKey?: string;
	reference?: string;
	serviceName?: string;
} & (
	| { state: 'placed'; order: string; currency?: string }
	/** Ordered before. `order` and `status` as far as the order book knows them. */
	| { state: 'duplicate'; order?: string; status?: string }
	/** Not sent, since `order` (undefined: one without an ID so far) is for the same link. */
	| { state: 'skipped'; order?: string; reason: string }
	/** It may have reached the panel: never sent again. `row`: where the order book holds it. */
	| { state: 'unknown'; problem: Problem; row?: number }
	/** Certainly not placed: a later try may send it. */
	| { state: 'refused'; problem: Problem }
);

/** By an order's number in the plan; what earlier tries placed that no order of this plan is like, by other names. */
export type Placements = Record<string, Placement>;

/** Whether it is paid, or nobody knows. */
export const mayBePaid = ({ state }: Placement): boolean => state === 'placed' || state === 'unknown';

export const hasPaid = (placements: Placements): boolean => Object.values(placements).some(mayBePaid);

/** Why an order was not placed, or why nobody knows. */
export const failureOf = (placement: Placement | undefined): Problem | undefined =>
	placement?.state === 'refused' || placement?.state === 'unknown' ? placement.problem : undefined;

/** An order's own part of its placement. */
export const aboutOrder = ({
	service,
	fields,
	charge,
	idempotencyKey,
	reference,
	serviceName,
}: PlannedOrder) => ({
	service,
	fields,
	charge,
	...(idempotencyKey !== undefined && { idempotencyKey }),
	...(reference !== undefined && { reference }),
	...(serviceName !== undefined && { serviceName }),
});
