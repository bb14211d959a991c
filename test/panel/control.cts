import type { Outage, PanelFunctions } from './functionTypes.cts';

/** A panel that runs as a process of its own, steered by the same function names. */

type Controls = PanelFunctions & Outage;

type Remote<T> = {
	[Name in keyof T]: T[Name] extends (...args: infer Args) => infer Result
		? (...args: Args) => Promise<Awaited<Result>>
		: never;
};

export type ControlClient = Remote<Controls>;

/** Spelled out, and checked to be complete by the compiler: a client must not answer to every name (`then`). */
const NAMES: Record<keyof Controls, true> = {
	requests: true,
	clearRequests: true,
	counts: true,
	ledger: true,
	orders: true,
	order: true,
	refills: true,
	accounts: true,
	balance: true,
	addKey: true,
	setBalance: true,
	setActive: true,
	setDialect: true,
	configure: true,
	inject: true,
	removeFault: true,
	clearFaults: true,
	faults: true,
	now: true,
	step: true,
	moveOrder: true,
	script: true,
	moveRefill: true,
	scriptRefill: true,
	newPost: true,
	seedOrders: true,
	services: true,
	setCatalogue: true,
	addService: true,
	changeService: true,
	removeService: true,
	down: true,
	up: true,
};

async function call(controlUrl: string, name: string, args: unknown[]): Promise<unknown> {
	const response = await fetch(`${controlUrl}/${name}`, { method: 'POST', body: JSON.stringify(args) });
	const result = (await response.json()) as { error?: string } | null;
	if (!response.ok) throw new Error(result?.error ?? `The panel answered HTTP ${response.status}`);
	return result;
}

export function controlClient(controlUrl: string): ControlClient {
	const entries = Object.keys(NAMES).map((name) => [
		name,
		(...args: unknown[]) => call(controlUrl, name, args),
	]);
	return Object.fromEntries(entries) as ControlClient;
}
