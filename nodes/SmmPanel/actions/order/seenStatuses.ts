/** Which status of an order a node saw last, in n8n's database: it outlives executions and is shared by all workers. */
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { KNOWN_ORDER_STATUSES, spelling } from '../../panel/statuses';
import { earlierAttempts } from '../shared/attempts';

// Two entries an order; the oldest are forgotten first
const OPTIONS = { mode: 'entries', maxEntries: 100_000 } as const;

const KNOWN = new Set(KNOWN_ORDER_STATUSES.map(spelling));
const UNKNOWN_SLOTS = 16;

/**
 * n8n only tells whether a value was recorded, so that the status before cannot be read, only all others be taken
 * back: those nobody knows share a few numbered slots.
 */
function slotOf(status: string): string {
	const name = spelling(status);
	if (KNOWN.has(name)) return name;
	let hash = 0;
	for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 65_521;
	return `?${hash % UNKNOWN_SLOTS}`;
}

const ALL_SLOTS = [...KNOWN, ...Array.from({ length: UNKNOWN_SLOTS }, (_, slot) => `?${slot}`)];

/**
 * Of items with `order` and `status`, those whose status differs from the one last seen, with `seenBefore`; others
 * (failures) pass. Remembers the new statuses. Tries of the same run get what the first try found.
 */
export async function keepChanges(
	context: IExecuteFunctions,
	items: INodeExecutionData[],
	skipFirst: boolean,
): Promise<INodeExecutionData[]> {
	const statuses = new Map<string, string>();
	for (const { json } of items) {
		if (typeof json.status === 'string') statuses.set(String(json.order), json.status);
	}
	const seen = await recordStatuses(context, statuses);
	const emitted = new Set<string>();
	return items.flatMap((item) => {
		const order = String(item.json.order);
		if (!statuses.has(order)) return [item];
		const seenBefore = seen[order]?.before === true;
		if (seen[order]?.changed !== true || (skipFirst && !seenBefore) || emitted.has(order)) return [];
		emitted.add(order);
		return [{ ...item, json: { ...item.json, seenBefore } }];
	});
}

interface Seen {
	changed: boolean;
	before: boolean;
}

async function recordStatuses(
	context: IExecuteFunctions,
	statuses: Map<string, string>,
): Promise<Record<string, Seen>> {
	const seen = earlierAttempts<Seen>(context);
	const asked = [...statuses].filter(([order]) => seen[order] === undefined);
	if (asked.length === 0) return seen;
	const values = asked.flatMap(([order, status]) => [`seen:${order}`, `${order}:${slotOf(status)}`]);
	const { new: fresh } = await context.helpers.checkProcessedAndRecord(values, 'node', OPTIONS);
	const isNew = new Set(fresh.map(String));
	for (const [order, status] of asked) {
		seen[order] = {
			changed: isNew.has(`${order}:${slotOf(status)}`),
			before: !isNew.has(`seen:${order}`),
		};
	}
	const outdated = asked
		.filter(([order]) => seen[order]?.changed && seen[order].before)
		.flatMap(([order, status]) =>
			ALL_SLOTS.filter((slot) => slot !== slotOf(status)).map((slot) => `${order}:${slot}`),
		);
	if (outdated.length > 0) await context.helpers.removeProcessed(outdated, 'node', OPTIONS);
	return seen;
}
