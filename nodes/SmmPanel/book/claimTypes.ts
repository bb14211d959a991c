/** The claim protocol's orders, ports and answers. */
import type { BookProblem } from './problems';
import type { BookRow, StoredRow } from './rows';
import type { BookStore, Condition } from './store';

export interface Clock {
	/** Milliseconds. */
	now(): number;
	/** Lasts that long even if the execution is canceled: what was sent is recorded all the same. */
	sleep(ms: number): Promise<void>;
}

/** An order that is to be placed, as the caller knows it. */
export interface Order {
	/** The caller's own number of it, unique within a call. */
	ref: number;
	/** Its row in state `waiting`, with at least one key. `owner` is filled in here. */
	row: BookRow;
	/**
	 * Request and item key as an execution would have hashed them that could not read its root
	 * (identity.ts).
	 */
	rootless?: { requestKey: string; itemKey: string };
	/**
	 * For an order that rows of its execution under other keys may stand for: all but one with a key of its own. Rows of
	 * earlier rounds of a loop, by request key, do not.
	 */
	byContent?: { earlierRounds: ReadonlySet<string> };
}

/** An order with its row as it stands in the book. */
export type Held = Order & { row: StoredRow };

/** What came of an order that was handed to `send`. */
export type Outcome =
	/** `cells`: `order`, `charge`, `status` … as they go into the row. */
	| { ref: number; state: 'placed'; cells: Partial<BookRow> & { order: string } }
	/** Certainly without effect: the row goes, its keys are free. */
	| { ref: number; state: 'refused' }
	/**
	 * Sent, and nobody knows what came of it: the row stays and holds its keys. `twin`: the row that already has the ID
	 * with which the panel answered.
	 */
	| { ref: number; state: 'unknown'; cells: Partial<BookRow>; twin?: StoredRow }
	/** Not sent after all, such as over a limit: as `refused`. */
	| { ref: number; state: 'notSent' }
	/** Not begun in time: claimed anew, and sent in a later window. */
	| { ref: number; state: 'later' };

/** What the book says about an order. Only `sent` and `unrecorded` ones have been handed to `send`. */
export type Answer =
	| { kind: 'sent'; outcome: Outcome; row: StoredRow }
	/** Handed to `send`, but what came of it could not be written: row `row.id` stays `sending`. */
	| { kind: 'unrecorded'; outcome: Outcome; row: StoredRow; problem: BookProblem }
	/** Ordered before: `of` is its row, in state `placed`. */
	| { kind: 'duplicate'; of: StoredRow }
	/** Sent before, outcome unknown: `unknown`, or `sending` for more than five minutes. */
	| { kind: 'unknown'; of: StoredRow }
	/** Another execution was still sending it after ten seconds. */
	| { kind: 'beingSent'; of: StoredRow }
	/** The user's key stands for an order of another service, link or quantity. */
	| { kind: 'mismatch'; of: StoredRow }
	/** Rows of the same execution and orders are both left over for its service and link. */
	| { kind: 'doubtful'; of: StoredRow[] }
	/** An earlier order of this call has the same key: of two that differ the caller hands in one. */
	| { kind: 'follows'; first: number }
	/** Certainly not sent: the book failed, the execution was canceled, or others kept claiming the same key. */
	| { kind: 'notSent'; why: 'book'; problem: BookProblem }
	| { kind: 'notSent'; why: 'canceled' | 'contended' };

export interface ClaimPorts {
	store: BookStore;
	clock: Clock;
	/** A random text, never the same twice. */
	newOwner(): string;
	canceled(): boolean;
	/**
	 * Whether a row of this `run`, written by an execution that could not read its root, belongs to this
	 * root.
	 */
	sameRun(run: string): Promise<boolean>;
	/** Rows that limits and `sameLink` need to see, besides those with the orders' keys. */
	alsoLookAt: Condition[];
	/**
	 * Told everything that a look has found, own rows with it, before any of the orders is handed to `send`. `owners`:
	 * under which this call claims, or has.
	 */
	seen(rows: StoredRow[], sameRuns: ReadonlySet<string>, owners: ReadonlySet<string>): void;
	/**
	 * Sends one window's orders, each of which this try alone holds, and says what came of every one of
	 * them. It must not throw. `mayLeave`: to be asked right before a request leaves.
	 */
	send(orders: Held[], mayLeave: (order: Held) => Promise<boolean>): Promise<Outcome[]>;
	/**
	 * Does the work and calls `beat` every now and then, as long as it lasts: the rows of a window whose owner waits for
	 * the panel must not look like those of a dead one.
	 */
	keepAlive<T>(work: () => Promise<T>, beat: () => Promise<unknown>): Promise<T>;
	/** How many orders to send first, before their pace is known. */
	firstWindow: number;
}

/** A call of `placeOrders`, over all its rounds. */
export interface Claiming {
	ports: ClaimPorts;
	/** Its orders, but for those that follow another one. */
	all: readonly Order[];
	answers: Map<number, Answer>;
	/** See `ClaimPorts.seen`. */
	owners: Set<string>;
	/** How many orders go into the next window. */
	windowSize: number;
}
