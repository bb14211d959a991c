/** What a reader of the run should know although nothing failed. */
import type { IExecuteFunctions } from 'n8n-workflow';
import type { PanelClient } from '../panel/client';

type Waiting = Pick<PanelClient, 'waited'>;

/** Below this, a wait is nothing to act upon. */
const WORTH_A_HINT_MS = 10_000;

// By the context of the run, which ends with it
const clients = new WeakMap<object, Waiting[]>();

export function noteClient(context: object, client: Waiting): void {
	clients.set(context, [...(clients.get(context) ?? []), client]);
}

export interface Hint {
	message: string;
	type: 'info' | 'warning';
}

/** Shows them above the output, where this n8n shows any. */
export function showHints(
	context: Partial<Pick<IExecuteFunctions, 'addExecutionHints'>>,
	...hints: ReadonlyArray<Hint | undefined>
): void {
	for (const hint of hints) if (hint) context.addExecutionHints?.({ ...hint, location: 'outputPane' });
}

/** Adds the hints of a run, where this n8n shows any: some of 1.x do not, nor do all that run a node. */
export function addHints(context: Partial<Pick<IExecuteFunctions, 'addExecutionHints'>>): void {
	const reports = (clients.get(context) ?? []).flatMap((client) => client.waited() ?? []);
	const waitedMs = Math.max(0, ...reports.map((report) => report.waitedMs));
	if (waitedMs < WORTH_A_HINT_MS || typeof context.addExecutionHints !== 'function') return;
	const perMinute = reports.find((report) => report.perMinute !== undefined)?.perMinute;
	const limit = perMinute === undefined ? '' : ` of about ${perMinute} requests a minute`;
	context.addExecutionHints({
		message: `This run has waited ${Math.round(waitedMs / 1000)} s for the panel's limit${limit}. Other runs with this key wait, too: set 'Requests per Minute' in the options to leave room for them.`,
		location: 'outputPane',
	});
}
