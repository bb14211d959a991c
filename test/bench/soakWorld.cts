/** What the endurance run runs in: a panel with faults, triggers and a webhook, an n8n that is killed and started again. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultKind } from '../panel/faults.cts';
import { SANDBOX } from '../sandbox/paths.cts';
import { openStand, type Stand } from '../sandbox/stand.cts';
import {
	everyMinute,
	node,
	panelNode,
	panelTrigger,
	placing,
	webhook,
	workflow,
} from '../sandbox/workflow.cts';

export const TRIGGER = 'Trigger';
export const WEBHOOK = 'soak';

/** Everything but refusals that are a lie: what a panel refuses in words it has not done. */
const KINDS: FaultKind[] = [
	...(['delay', 'dropBefore', 'dropAfter', 'hangBefore', 'hangAfter', 'status', 'html'] as const),
	...(['null', 'cut', 'shape', 'empty', 'redirect', 'garbage', 'slowBody'] as const),
];

export function armFaults({ panel }: Stand, seed: string): void {
	panel.inject({ kind: 'error', text: 'Too many requests', probability: 0.01, seed });
	panel.inject({ kind: 'any', kinds: KINDS, probability: 0.09, seed });
}

export async function openWorld(seed: string, stand: Stand): Promise<void> {
	const userFolder = join(SANDBOX, 'soak');
	rmSync(userFolder, { recursive: true, force: true });
	const panel = { latencyMs: 50, speed: 20, services: 200, seed, balance: '1000000' };
	await openStand({ userFolder, panel, env: { N8N_METRICS: 'true' } }, stand);
}

/** A webhook that places orders, and a trigger for each kind of event. Resolves the ID of the one on the order book. */
export async function createWorkflows({ api, credential }: Stand): Promise<string> {
	const tables = await api.createTablesCredential();
	const order = {
		...placing('={{ $json.service }}', { link: '={{ $json.link }}', quantity: 100 }),
		// A tenth of what is asked is never answered
		options: { idempotencyKey: '={{ $json.link }}', timeout: 3 },
	};
	await api.publish(
		workflow('Soak: placing', [
			webhook(WEBHOOK, { responseMode: 'lastNode', responseData: 'allEntries' }),
			node('Rows', 'splitOut', { fieldToSplitOut: 'body.rows', options: {} }),
			panelNode('Place', order, credential, { onError: 'continueRegularOutput' }),
		]),
	);
	const watching = async (event: string) => {
		const parameters = { pollTimes: everyMinute, event, threshold: 1_000 };
		const trigger = panelTrigger(TRIGGER, parameters, credential, tables);
		return await api.publish(workflow(`Soak: ${event}`, [trigger, node('Next', 'noOp')]));
	};
	await watching('balanceBelow');
	await watching('servicesChanged');
	return await watching('orderStatusChanged');
}
