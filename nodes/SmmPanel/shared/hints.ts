/** What a reader of the run should know although nothing failed. */
import type { IExecuteFunctions } from 'n8n-workflow';
import type { PanelClient } from '../panel/client';
import { WAIT_WORTH_A_HINT_MS } from '../panel/policies';

type Waiting = Pick<PanelClient, 'waited'>;

// By the context of the run, which ends with it
const clients = new WeakMap<object, Waiting[]>();

export function noteClient(context: object, client: Waiting): void {
	clients.set(context, [...(clients.get(context) ?? []), client]);
}

/** Not all that run a node show hints. */
type HintContext = Partial<Pick<IExecuteFunctions, 'addExecutionHints'>>;

export interface Hint {
	message: string;
	/** Default: information. */
	type?: 'warning';
}

/** Shows them above the output. */
export function showHints(context: HintContext, ...hints: ReadonlyArray<Hint | undefined>): void {
	for (const hint of hints) if (hint) context.addExecutionHints?.({ ...hint, location: 'outputPane' });
}

export const warn = (context: HintContext, message: string): void =>
	showHints(context, { message, type: 'warning' });

/** Tells of a run that has waited long for the panel's limit. */
export function addHints(context: HintContext): void {
	const reports = (clients.get(context) ?? []).flatMap((client) => client.waited() ?? []);
	const waitedMs = Math.max(0, ...reports.map((report) => report.waitedMs));
	if (waitedMs < WAIT_WORTH_A_HINT_MS) return;
	const perMinute = reports.find((report) => report.perMinute !== undefined)?.perMinute;
	const limit = perMinute === undefined ? '' : ` of about ${perMinute} requests a minute`;
	showHints(context, {
		message: `This run has waited ${Math.round(waitedMs / 1000)} s for the panel's limit${limit}. Other runs with this key wait, too: set 'Requests per Minute' in the options to leave room for them.`,
	});
}
