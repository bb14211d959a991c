/**
 * Which order is this? Keys that survive Stop, crash and every kind of retry. Plain data in, plain data
 * out.
 */
import { digest } from './digest';

/** What can be known of an execution. */
export interface ExecutionFacts {
	/**
	 * The token that n8n gives a run at its creation and copies into its retries; absent where it cannot be
	 * read.
	 */
	token?: string;
	parentExecutionId?: string;
}

/** The facts of another execution; undefined where n8n has stored nothing of it (yet). */
export type ReadExecution = (executionId: string) => Promise<ExecutionFacts | undefined>;

export interface Root {
	/**
	 * For the column `run`: a hash of the root's token, or `exec:<ID>` of the execution at which the way up
	 * ended.
	 */
	run: string;
	/** Whether the way up ended before the root. */
	rootless: boolean;
	/** All executions passed on the way up, own one first. */
	executions: string[];
	/** Of the execution that called this one as a sub-workflow. */
	parentExecutionId?: string;
}

/** Sub-workflows are nested some levels deep at most; a circle must not hang the node. */
const MAX_DEPTH = 20;

const ROOTLESS = 'exec:';

/** Written by an execution that could not read its root. */
export const isRootless = (run: string): boolean => run.startsWith(ROOTLESS);

/**
 * The execution at the top of all sub-workflow calls, the same over all its tries. The token itself is
 * never kept.
 */
export async function rootOf(executionId: string, own: ExecutionFacts, read: ReadExecution): Promise<Root> {
	const executions = [executionId];
	const { parentExecutionId } = own;
	let facts: ExecutionFacts | undefined = own;
	for (let depth = 0; facts?.parentExecutionId !== undefined && depth < MAX_DEPTH; depth++) {
		executions.push(facts.parentExecutionId);
		facts = await read(facts.parentExecutionId);
	}
	if (facts?.token === undefined || facts.parentExecutionId !== undefined) {
		const run = `${ROOTLESS}${executions.at(-1) ?? executionId}`;
		return { run, rootless: true, executions, parentExecutionId };
	}
	return { run: digest('run', facts.token), rootless: false, executions, parentExecutionId };
}

/**
 * Whether a row of another `run` belongs to this root: one that was written as `exec:<ID>` while n8n had
 * not stored that
 * execution yet. Each run is read once.
 */
export function sameRunReader(root: Root, read: ReadExecution): (run: string) => Promise<boolean> {
	const known = new Map<string, Promise<boolean>>();
	const same = async (run: string): Promise<boolean> => {
		if (run === root.run) return true;
		if (!isRootless(run)) return false;
		const id = run.slice(ROOTLESS.length);
		if (root.executions.includes(id)) return true;
		const facts = await read(id);
		if (facts === undefined) return false;
		return (await rootOf(id, facts, read)).run === root.run;
	};
	return async (run) => {
		const found = known.get(run) ?? same(run);
		known.set(run, found);
		return await found;
	};
}

/**
 * How often equal orders came before, in n8n's memory of the node: it survives from try to try. Plain
 * JSON.
 */
export interface CounterMemory {
	/** The `$runIndex` that `cur` belongs to. */
	run: number;
	/** Counts of all finished rounds of a loop. */
	base: Record<string, number>;
	/** Counts of this round so far. */
	cur: Record<string, number>;
}

/**
 * The memory for a run: the same `$runIndex` again is a new try and counts anew, a new one is the next
 * round.
 */
export function openCounter(stored: CounterMemory | undefined, run: number): CounterMemory {
	if (stored === undefined) return { run, base: {}, cur: {} };
	if (stored.run === run) return { run, base: stored.base, cur: {} };
	const base = { ...stored.base };
	for (const [key, count] of Object.entries(stored.cur)) base[key] = (base[key] ?? 0) + count;
	return { run, base, cur: {} };
}

/** Counts an order and returns its number among its equals, from 0, with the share of earlier rounds in it. */
function nextNumber(memory: CounterMemory, key: string): { n: number; base: number } {
	const base = memory.base[key] ?? 0;
	const count = memory.cur[key] ?? 0;
	memory.cur[key] = count + 1;
	return { n: base + count, base };
}

/** Where an order is placed. */
export interface Place {
	root: Root;
	workflowId: string;
	nodeId: string;
	/** Whose orders. */
	account: string;
}

interface OrderContent {
	service: string;
	/** The link or, where the type has none, the username: in its same-link form. */
	link: string;
	/** Of all fields that are sent. */
	fieldsHash: string;
	/** The input item's JSON. */
	input: unknown;
	/** Where two orders are the same only under the same key of the user's: that key as `userKeyOf` gives it. */
	userKey?: string;
}

interface OrderKeys {
	requestKey: string;
	itemKey: string;
	/** `round` for the row: the share of earlier rounds in the request's number. */
	round: number;
	/** The same keys without root, as an execution writes them that cannot read its root. */
	rootless?: { requestKey: string; itemKey: string };
}

/**
 * The key that a user gave: it belongs to the account, whichever workflow, node or credential of the project uses it.
 * '' if none was given.
 */
export const userKeyOf = (key: string, account: string): string =>
	key.trim() === '' ? '' : digest('user', account, key.trim());

/**
 * Request and item key; either one held means that the order was placed before. Both hold all fields that are sent, so
 * that a retry never takes one order for another. Calls of a sub-workflow by one parent execution are not told apart:
 * an earlier call that failed can have left nothing behind, and then a parent that tries again looks like one that
 * orders again. `counting` is false for an agent's tool, whose repeated call means the same order.
 */
export function orderKeys(
	place: Place,
	{ service, link, fieldsHash, input, userKey = '' }: OrderContent,
	memory: CounterMemory,
	counting = true,
): OrderKeys {
	const at = [place.workflowId, place.nodeId];
	const request = digest('request', ...at, place.account, service, link, fieldsHash, userKey);
	const item = digest('item', ...at, stableJson(input), fieldsHash, userKey);
	const requestNumber = counting ? nextNumber(memory, request) : { n: 0, base: 0 };
	const itemNumber = counting ? nextNumber(memory, item) : { n: 0, base: 0 };
	const under = (root: string) => ({
		requestKey: requestKeyOf(root, request, requestNumber.n),
		itemKey: digest('item', root, item, itemNumber.n),
	});
	// An execution without a parent can always read its root, and nobody looks for its rows under another name
	const other =
		place.root.parentExecutionId !== undefined && !place.root.rootless ? { rootless: under('') } : {};
	return { ...under(place.root.rootless ? '' : place.root.run), round: requestNumber.base, ...other };
}

const requestKeyOf = (root: string, request: string, n: number): string =>
	digest('request', root, request, n);

/** The request keys of what earlier rounds of a loop have ordered: their rows are not those of a retry's orders. */
export const keysOfEarlierRounds = ({ run, rootless }: Root, { base }: CounterMemory): ReadonlySet<string> =>
	new Set(
		Object.entries(base).flatMap(([request, count]) =>
			Array.from({ length: count }, (_, n) => requestKeyOf(rootless ? '' : run, request, n)),
		),
	);

/** JSON in which the order of an object's fields does not matter. */
const stableJson = (value: unknown): string =>
	JSON.stringify(value, (_, inner: unknown) =>
		inner !== null && typeof inner === 'object' && !Array.isArray(inner)
			? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
			: inner,
	) ?? '';
