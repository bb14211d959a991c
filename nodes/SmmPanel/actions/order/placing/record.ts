/** The write-ahead record in n8n's execution data and its list of deduplicated values. */
import type { PlannedOrder } from './plan';
import { aboutOrder, type OrderRecord, type Placement, type Placements } from './placement';
import type { SentKeys } from './sentKeys';
import { cutOff, keyNotRecorded, withKeyKept } from './texts';

export interface RecordPorts {
	/** The live store: n8n keeps it with the execution. Earlier tries of the same run have written to it. */
	placements: Placements;
	/**
	 * Only where an agent uses the node as its tool: unknown orders of its earlier calls, by what was ordered. Agents,
	 * too, try again what failed.
	 */
	toolCalls?: Record<string, Placement>;
	keys: SentKeys;
	warn(message: string): void;
	/** The time of sending, in words, in the time zone of the workflow. */
	timeInWords(): string;
}

/** One order of a tool call is the other if service and fields are the same. */
const signature = ({ service, fields }: Pick<Placement, 'service' | 'fields'>) =>
	JSON.stringify([service, Object.entries(fields).sort()]);

/** Claims keys just before their orders are sent, and takes back those of orders that certainly were not placed. */
function keyClaims(placements: Placements, keys: SentKeys) {
	/** Recorded by an order of this run that certainly was not placed: the key is free although it is recorded. */
	const kept = new Set(
		Object.values(placements).flatMap((placement) =>
			placement.state === 'refused' && placement.keepsKey && placement.idempotencyKey !== undefined
				? [placement.idempotencyKey]
				: [],
		),
	);
	return {
		/** Why the order is not to be sent; undefined: it may be. */
		async claim(order: PlannedOrder): Promise<Placement | undefined> {
			const { idempotencyKey: key } = order;
			if (key === undefined || kept.delete(key)) return undefined;
			const about = aboutOrder(order);
			try {
				return (await keys.claim(key)) ? undefined : { ...about, state: 'duplicate' };
			} catch (error) {
				return { ...about, state: 'refused', problem: keyNotRecorded(key, error) };
			}
		},

		/** Undefined where the key was taken back, else why not. */
		async free(key: string | undefined): Promise<string | undefined> {
			if (key === undefined) return undefined;
			try {
				await keys.release(key);
				return undefined;
			} catch (error) {
				kept.add(key);
				return error instanceof Error ? error.message : String(error);
			}
		},
	};
}

/** Recalls what earlier tries and calls have left, and keeps what this try does. */
export function executionRecord(ports: RecordPorts) {
	const { placements, toolCalls } = ports;
	return {
		record: recordOf(ports),
		/** Puts orders that an agent's earlier call left unknown among this call's. */
		recallToolCalls(orders: readonly PlannedOrder[]): void {
			for (const order of orders) {
				const key = signature(order);
				const earlier = toolCalls && Object.hasOwn(toolCalls, key) ? toolCalls[key] : undefined;
				if (earlier) placements[order.item] ??= earlier;
			}
		},
	};
}

function recordOf({ placements, toolCalls, keys, warn, timeInWords }: RecordPorts): OrderRecord {
	const { claim, free } = keyClaims(placements, keys);

	function note(order: PlannedOrder, placement: Placement): Placement {
		placements[order.item] = placement;
		return placement;
	}

	return {
		// A key is claimed just before its order is sent: one that was claimed and not sent would pass for sent
		window: () => 1,
		async begin(orders) {
			const held = new Map<number, Placement>();
			for (const order of orders) {
				const placement = await claim(order);
				if (placement) held.set(order.item, note(order, placement));
				else note(order, { ...aboutOrder(order), state: 'unknown', problem: cutOff(order, timeInWords()) });
			}
			return held;
		},
		async settle(order, placement) {
			if (toolCalls && placement.state === 'unknown') toolCalls[signature(placement)] = placement;
			if (placement.state !== 'refused') return note(order, placement);
			const why = await free(placement.idempotencyKey);
			if (why === undefined) return note(order, placement);
			return note(order, { ...placement, keepsKey: true, problem: withKeyKept(placement.problem, why) });
		},
		async release(orders) {
			for (const order of orders) {
				await free(order.idempotencyKey);
				delete placements[order.item];
			}
		},
		recall: (item) => placements[item],
		async close() {
			await keys.settle().catch((error: unknown) => {
				// The orders are placed: an error now would lose them
				warn(`SMM Panel: idempotency keys could not be looked for again: ${String(error)}`);
			});
		},
	};
}
