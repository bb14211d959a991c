/** Orders that do not move: since when, and whether that is to be reported. Pure. */
import type { IDataObject } from 'n8n-workflow';
import { HOUR_MS } from '../../panel/policies';
import { spelling } from '../../panel/statuses';
import type { Move, Seen } from './memory';

export interface Stall {
	/** When status or remains were last seen to change. ISO text. */
	unchangedSince: string;
	hours: number;
}

interface Now {
	status: string;
	finished: boolean;
	remains?: number | null;
}

/**
 * What to remember of an order and, where it has not moved for `afterMs` and that was not reported yet, its stall. A
 * finished order has come to rest and does not stall.
 */
export function stallOf(
	last: Seen | undefined,
	value: Now,
	row: IDataObject | undefined,
	{ now, afterMs }: { now: number; afterMs: number },
): { move?: Move; stall?: Stall } {
	if (value.finished) return {};
	const remains = value.remains ?? null;
	const isSame = last?.move?.remains === remains && spelling(last.status ?? '') === spelling(value.status);
	const unmoved = isSame ? last.move : undefined;
	const sinceMs = movedInBook(value, row) ?? (unmoved === undefined ? now : 1000 * unmoved.since);
	const since = Math.floor(sinceMs / 1000);
	const wasTold = unmoved?.isTold === true;
	const isDue = now - sinceMs >= afterMs && !wasTold;
	const move = { since, remains, isTold: wasTold || isDue };
	if (!isDue) return { move };
	const unchangedSince = new Date(1000 * since).toISOString();
	return { move, stall: { unchangedSince, hours: Math.floor(((now - sinceMs) / HOUR_MS) * 10) / 10 } };
}

/** When the order last moved according to the order book; undefined where the row shows another state or none. */
function movedInBook({ status, remains }: Now, row: IDataObject | undefined): number | undefined {
	const { changedAt } = row ?? {};
	if (row === undefined || typeof changedAt !== 'string' || typeof row.status !== 'string') return undefined;
	const isSame = spelling(row.status) === spelling(status) && (row.remains ?? null) === (remains ?? null);
	const at = Date.parse(changedAt);
	return isSame && !Number.isNaN(at) ? at : undefined;
}
