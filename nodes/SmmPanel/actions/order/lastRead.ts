/**
 * When a node last asked for the order book's orders. What another node has seen finish since then is still news to
 * this one. n8n keeps it with the workflow (docs/stored-data.md), not in manual runs.
 */
import type { IExecuteFunctions } from 'n8n-workflow';
import { BOOK, DAY_MS } from '../../panel/policies';
import { hasSeenAny } from './seenStatuses';

interface Stored {
	bookReadAt?: string;
}

/** Since when rows are to be looked at. A node that has seen nothing yet begins with what is still in that overlap. */
export async function lastRead(context: IExecuteFunctions, now: number): Promise<string> {
	const { bookReadAt }: Stored = context.getWorkflowStaticData('node');
	const last = Date.parse(String(bookReadAt));
	if (Number.isFinite(last)) return iso(Math.min(last, now) - BOOK.overlapMs);
	// It was not kept: a schedule's interval is rarely longer than a day, and all rows of that time are asked for
	return iso(now - ((await hasSeenAny(context)) ? DAY_MS : BOOK.overlapMs));
}

export function rememberRead(context: IExecuteFunctions, now: number): void {
	const stored: Stored = context.getWorkflowStaticData('node');
	stored.bookReadAt = iso(now);
}

const iso = (ms: number) => new Date(ms).toISOString();
