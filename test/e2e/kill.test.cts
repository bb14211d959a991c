import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';
import { jsonOf } from '../sandbox/executions.cts';
import { manualTrigger, panelNode, workflow } from '../sandbox/workflow.cts';
import { LINK, ORDER_FROM_INPUT } from './orders.cts';
import { CATALOGUE } from './services.cts';
import { withN8n } from './n8nFixture.cts';

/** n8n dies (SIGKILL) while it places orders with idempotency keys; the user starts it and runs the workflow again. */

const stand = withN8n({ panel: { lives: { kind: 'still' }, latencyMs: 15, balance: '1000000' } });
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));

const ORDERS = 200;
/** About a second of orders, at most a hundred. */
const MAX_WINDOW = 100;
const rows = (round: number): IDataObject[] =>
	Array.from({ length: ORDERS }, (_, at) => ({
		id: `${round}-${at}`,
		link: `${LINK}/${round}-${at}`,
		quantity: 100,
	}));

interface Ran {
	items: IDataObject[];
	output: IDataObject[];
	/** Links that the panel has orders for, now and when n8n died. */
	ledger: string[];
	placedAtDeath: string[];
	underWay: number;
}

/** Every item is named: with its order's ID, or as unknown. */
function expectNamed({ items, output, ledger, placedAtDeath, underWay }: Ran) {
	const idOf = new Map(stand.panel.orders().map(({ id, fields }) => [String(fields.link), id]));
	const missing = items.filter(({ link }) => !ledger.includes(String(link)));
	const unknown = output.filter(({ outcome }) => outcome === 'unknown');
	const named = output.filter(({ order }) => order !== undefined);
	// Marked in the order book before they are sent, one window at once: nobody can tell which of them left
	expect(missing.length).toBeGreaterThanOrEqual(underWay);
	expect(unknown.length).toBeLessThanOrEqual(MAX_WINDOW);
	expect(unknown.map(({ link }) => link)).toEqual(expect.arrayContaining(missing.map(({ link }) => link)));
	expect(named.length + unknown.length).toBe(ORDERS);
	for (const { link, order } of named) expect([link, order]).toEqual([link, idOf.get(String(link))]);
	const duplicates = named.filter(({ duplicate }) => duplicate === true);
	expect(duplicates.length + unknown.length).toBe(placedAtDeath.length + missing.length);
	return { duplicates: duplicates.length, unknown: unknown.length, missing: missing.length };
}

test.each([
	[1, 20, 1, 0],
	[2, 90, 1, 1],
	[3, 120, 5, 3],
])(
	'run %s of 200 orders, killed after %s requests (concurrency %s, %s of them on their way to the panel): no key is placed twice, and what is missing is reported',
	async (round, requests, concurrency, underWay) => {
		const items = rows(round);
		const parameters = {
			...ORDER_FROM_INPUT,
			options: { idempotencyKey: '={{ $json.id }}', concurrency },
		};
		const saved = await stand.api.createWorkflow({
			...workflow(`Killed ${round}`, [
				manualTrigger(),
				panelNode('Panel', parameters, stand.credential, { onError: 'continueRegularOutput' }),
			]),
			pinData: { Start: items.map((json) => ({ json })) },
		});
		const linksInLedger = () =>
			stand.panel
				.orders()
				.map(({ fields }) => String(fields.link))
				.filter((link) => link.startsWith(`${LINK}/${round}-`));
		const sent = () => stand.panel.counts().byAction.add ?? 0;

		// What n8n has sent and the panel never reads: the last requests before the end
		for (let last = requests; last > requests - underWay; last--) {
			const link = String(items[last - 1]?.link);
			stand.panel.inject({ action: 'add', kind: 'hangBefore', fields: { link } });
		}
		const before = sent();
		await stand.api.startRun(saved);
		while (sent() - before < requests) await sleep(2);
		await stand.n8n.kill();
		await sleep(200);
		const placedAtDeath = linksInLedger();
		expect(placedAtDeath.length).toBeGreaterThanOrEqual(requests - concurrency - underWay);
		expect(placedAtDeath.length).toBeLessThan(ORDERS);

		await stand.restart();
		const output = jsonOf(await stand.api.run(saved), 'Panel');
		const ledger = linksInLedger();
		expect(output).toHaveLength(ORDERS);
		expect(new Set(ledger).size).toBe(ledger.length);

		const counts = expectNamed({ items, output, ledger, placedAtDeath, underWay });
		process.stdout.write(
			`${JSON.stringify({ round, concurrency, placedAtDeath: placedAtDeath.length, ledger: ledger.length, ...counts })}\n`,
		);
	},
	180_000,
);
