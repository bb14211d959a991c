import type { Action } from './actions.cts';
import { createRandom, type Random } from './random.cts';
import type { Json } from './replies.cts';

/** What can go wrong on the way, on purpose; each fault says whether the request still has its effect. */

interface KindOfFault {
	/** Whether the panel carries the request out, unless the fault says otherwise. */
	effect: boolean;
	/** The effect belongs to the kind: it cannot be chosen. */
	fixed?: boolean;
}

const DONE = { effect: true };
const NOT_DONE = { effect: false };

/** Every kind, and whether the request has its effect by default. */
const FAULTS = {
	/** The true reply after `ms` milliseconds (200). */
	delay: DONE,
	dropBefore: { effect: false, fixed: true },
	dropAfter: { effect: true, fixed: true },
	/** Never answered. */
	hangBefore: { effect: false, fixed: true },
	hangAfter: { effect: true, fixed: true },
	/** An HTTP `status` (503), `retryAfter` and `body` as given. */
	status: NOT_DONE,
	/** A maintenance page, with HTTP 200 or `status`. */
	html: NOT_DONE,
	null: DONE,
	/** The JSON ends in the middle. */
	cut: DONE,
	/** JSON of another shape: `json`, or one from a list. */
	shape: DONE,
	empty: DONE,
	/** A refusal with `text`. */
	error: NOT_DONE,
	redirect: NOT_DONE,
	/** Random bytes. */
	garbage: DONE,
	/** The connection is reset (RST) without a reply. */
	reset: { effect: true, fixed: true },
	/** A blank every fifth of a second, and never the reply. */
	drip: DONE,
	/** Half of the reply, then nothing more. */
	slowBody: DONE,
} satisfies Record<string, KindOfFault>;

export type FaultKind = keyof typeof FAULTS;

export const FAULT_KINDS: Readonly<Record<FaultKind, KindOfFault>> = FAULTS;
const KINDS = Object.keys(FAULTS) as FaultKind[];

export const WRONG_SHAPES: readonly Json[] = [
	[],
	{},
	'text',
	42,
	true,
	[[]],
	[null],
	{ data: null },
	{ order: null },
	{ order: { id: { nested: [] } } },
	{ status: {} },
	{ error: {} },
	{ error: '' },
	{ error: null },
	{ balance: [] },
];

export interface Fault {
	/** `any` takes a kind at random for each request. */
	kind: FaultKind | 'any';
	/** For `any`: the kinds to choose from. */
	kinds?: FaultKind[];
	/** Only requests of this action. */
	action?: Action;
	/** Only requests whose fields have these values. */
	fields?: Record<string, string>;
	/** For how many requests; one, or with a probability without end. */
	times?: number;
	/** Let so many matching requests pass first. */
	skip?: number;
	probability?: number;
	seed?: string | number;
	/** Whether the request has its effect. */
	effect?: boolean;
	/** How much later the reply comes; any kind can be late. */
	ms?: number;
	/** status, html, redirect, error: the HTTP code. */
	status?: number;
	/** Seconds, or an HTTP date. */
	retryAfter?: number | string;
	body?: string;
	/** shape: what to answer. */
	json?: Json;
	/** error: the panel's words. */
	text?: string;
	location?: string;
}

/** A fault that befalls one request. */
export interface Hit extends Omit<Fault, 'kind' | 'effect'> {
	id: number;
	kind: FaultKind;
	effect: boolean;
	random: Random;
}

interface Armed {
	id: number;
	fault: Fault;
	random: Random;
	left: number;
	skip: number;
}

export type Faults = ReturnType<typeof createFaults>;

function check(fault: Fault): void {
	const wrong = [fault.kind, ...(fault.kinds ?? [])].find((kind) => kind !== 'any' && !(kind in FAULTS));
	if (wrong !== undefined) throw new Error(`No such fault: ${wrong}. There are: any, ${KINDS.join(', ')}`);
	if (fault.kind !== 'any' && fault.effect !== undefined && FAULT_KINDS[fault.kind].fixed) {
		throw new Error(`Whether ${fault.kind} has an effect is in its name: leave out "effect"`);
	}
}

const matches = ({ fault }: Armed, action: Action | undefined, fields: Record<string, string>): boolean =>
	(fault.action === undefined || fault.action === action) &&
	Object.entries(fault.fields ?? {}).every(([name, value]) => fields[name] === value);

function effectOf(kind: FaultKind, fault: Fault, random: Random): boolean {
	if (FAULT_KINDS[kind].fixed) return FAULT_KINDS[kind].effect;
	// `any` stands for every kind both before and after the effect.
	return (
		fault.effect ?? (fault.kind === 'any' && kind !== 'delay' ? random.chance(0.5) : FAULT_KINDS[kind].effect)
	);
}

function use(armed: Armed): Hit {
	const { fault, random, id } = armed;
	armed.left--;
	const kind = fault.kind === 'any' ? random.pick(fault.kinds ?? KINDS) : fault.kind;
	return { ...fault, id, kind, effect: effectOf(kind, fault, random), random };
}

export function createFaults(panelSeed: string | number) {
	let armed: Armed[] = [];
	let nextId = 1;
	return {
		add(fault: Fault): number {
			check(fault);
			const id = nextId++;
			const left = fault.times ?? (fault.probability === undefined ? 1 : Infinity);
			const random = createRandom(`fault ${fault.seed ?? `${panelSeed} ${id}`}`);
			armed.push({ id, fault, random, left, skip: fault.skip ?? 0 });
			return id;
		},
		remove(id: number) {
			armed = armed.filter((one) => one.id !== id);
		},
		clear() {
			armed = [];
		},
		/** The first fault that this request meets, counted as used. */
		hit(action: Action | undefined, fields: Record<string, string>): Hit | undefined {
			for (const one of armed) {
				if (one.left <= 0 || !matches(one, action, fields)) continue;
				if (one.skip > 0) {
					one.skip--;
					continue;
				}
				if (one.fault.probability !== undefined && !one.random.chance(one.fault.probability)) continue;
				return use(one);
			}
			return undefined;
		},
	};
}
