import { readFileSync } from 'node:fs';
import type { IDataObject } from 'n8n-workflow';
import { sum } from '../bench/stats.cts';
import { jsonOf } from '../sandbox/executions.cts';
import { code, node, panelNode, panelTrigger, webhook, workflow } from '../sandbox/workflow.cts';
import { executionsOf } from './exampleFiles.cts';
import { LINK, ORDER_FROM_INPUT, pollTimes } from './orders.cts';
import { withQueue } from './queueFixture.cts';
import { CATALOGUE } from './services.cts';
import { until } from '../sandbox/until.cts';

/** Queue mode: one main and two workers on Redis and PostgreSQL, and orders that come in by webhook. */

const ORDERS_PER_CALL = 10;
const CALLS = 40;

const { stand, workers } = withQueue({
	lives: { kind: 'still' },
	latencyMs: 10,
	balance: '1000000',
	seed: 'queue',
});
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));

/** Executions that each worker has ended. */
const shares = () =>
	workers.map(({ logFile }) => readFileSync(logFile, 'utf8').match(/finished execution/gi)?.length ?? 0);

const rowsOf = (name: string, call: number): IDataObject[] =>
	Array.from({ length: ORDERS_PER_CALL }, (_, at) => {
		const id = `${name}-${call}-${at}`;
		return { id, link: `${LINK}/${id}`, quantity: 100 };
	});

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

/** An active workflow that places the rows it is called with, and follows what it has placed. */
async function activeWorkflow(path: string) {
	const keyed = { ...ORDER_FROM_INPUT, options: { idempotencyKey: '={{ $json.id }}' } };
	const status = { resource: 'order', operation: 'getStatus', orderIds: '={{ $json.placed }}' };
	const continuing = { onError: 'continueRegularOutput' as const };
	const one =
		'return [{ json: { placed: $input.all().map(({ json }) => json.order).filter(Boolean).join(), outcomes: $input.all().map(({ json }) => json) } }];';
	const collect =
		"const followed = $input.all().map(({ json }) => json).filter((json) => json.status); return [{ json: { followed, outcomes: $('One').first().json.outcomes } }];";
	await stand.api.publish(
		workflow(path, [
			webhook(path, { responseMode: 'lastNode', responseData: 'allEntries' }),
			node('Rows', 'splitOut', { fieldToSplitOut: 'body.rows', options: {} }),
			panelNode('Panel', keyed, stand.credential, continuing),
			code('One', one),
			panelNode('Follow', status, stand.credential, { ...continuing, alwaysOutputData: true }),
			code('Answer', collect),
		]),
	);
	// n8n publishes behind the scenes
	await until(async () => (await stand.api.webhook(path, { rows: [] })).status !== 404, 'The webhook');
	return async (rows: IDataObject[]): Promise<{ outcomes: IDataObject[]; followed: IDataObject[] }> => {
		const response = await stand.api.webhook(path, { rows });
		const text = await response.text();
		if (!response.ok) throw new Error(`HTTP ${response.status}: ${text}`);
		const answer = JSON.parse(text) as IDataObject[];
		return answer[0] as unknown as { outcomes: IDataObject[]; followed: IDataObject[] };
	};
}

const ledgerOf = (name: string) =>
	stand.panel.orders().filter(({ fields }) => String(fields.link).startsWith(`${LINK}/${name}-`));
const kindOf = (json: IDataObject) =>
	json.duplicate ? 'duplicate' : json.order ? 'placed' : String(json.outcome);
const count = (outcomes: IDataObject[], kind: string) =>
	outcomes.filter((json) => kindOf(json) === kind).length;
const report = (figures: object) => process.stdout.write(`${JSON.stringify(figures)}\n`);

test('four hundred orders by webhook are placed once each, and none is placed again when all calls are repeated', async () => {
	stand.panel.inject({
		action: 'add',
		kind: 'any',
		kinds: ['dropBefore', 'dropAfter', 'error', 'cut'],
		probability: 0.04,
		seed: 'queue',
	});
	const call = await activeWorkflow('thousand');
	const startedAt = Date.now();
	const first = await Promise.all(numbers(CALLS).map((each) => call(rowsOf('thousand', each))));
	const ms = Date.now() - startedAt;
	const share = shares();
	stand.panel.clearFaults();
	const outcomes = first.flatMap((answer) => answer.outcomes);
	const ledger = ledgerOf('thousand');
	const links = ledger.map(({ fields }) => String(fields.link));

	expect(outcomes).toHaveLength(CALLS * ORDERS_PER_CALL);
	expect(new Set(links).size).toBe(links.length);
	const named = new Set(outcomes.map(({ order }) => order).filter(Boolean));
	const unknown = new Set(outcomes.filter((json) => kindOf(json) === 'unknown').map(({ link }) => link));
	expect(ledger.filter(({ id, fields }) => !named.has(id) && !unknown.has(fields.link))).toEqual([]);
	expect(count(outcomes, 'duplicate')).toBe(0);
	expect(first.flatMap(({ followed }) => followed)).toHaveLength(named.size);
	for (const part of share) expect(part).toBeGreaterThan(CALLS / 10);

	const again = (await Promise.all(numbers(CALLS).map((each) => call(rowsOf('thousand', each))))).flatMap(
		(answer) => answer.outcomes,
	);
	const after = ledgerOf('thousand').map(({ fields }) => String(fields.link));
	const twice = after.filter((link, at) => after.indexOf(link) !== at);
	report({
		orders: outcomes.length,
		ms,
		executions: share,
		placed: count(outcomes, 'placed'),
		refused: count(outcomes, 'refused'),
		unknown: count(outcomes, 'unknown'),
		repeated: { duplicate: count(again, 'duplicate'), placed: count(again, 'placed'), twice: twice.length },
	});
	expect(twice).toEqual([]);
	// A repeat names the order that was placed, and says of the others once more that nobody knows
	const linksOf = (all: IDataObject[], kind: string) =>
		all.flatMap((json) => (kindOf(json) === kind ? [String(json.link)] : [])).sort();
	expect(linksOf(again, 'duplicate')).toEqual(linksOf(outcomes, 'placed'));
	expect(linksOf(again, 'unknown')).toEqual([...unknown].map(String).sort());
	const idOf = new Map(ledger.map(({ id, fields }) => [fields.link, id]));
	for (const { duplicate, link, order } of again) if (duplicate) expect(order).toBe(idOf.get(String(link)));
}, 300_000);

test('the same keys at the very same moment are one order each, and every answer names it', async () => {
	const call = await activeWorkflow('moment');
	const pairs = await Promise.all(
		numbers(10).map((each) => Promise.all([call(rowsOf('moment', each)), call(rowsOf('moment', each))])),
	);
	const outcomes = pairs.flat().flatMap((answer) => answer.outcomes);
	const ledger = ledgerOf('moment');
	const links = new Set(ledger.map(({ fields }) => fields.link));
	report({ sameMoment: { keys: links.size, placedTwice: ledger.length - links.size } });
	expect(ledger).toHaveLength(10 * ORDERS_PER_CALL);
	expect(links.size).toBe(ledger.length);
	const idOf = new Map(ledger.map(({ id, fields }) => [fields.link, id]));
	for (const { link, order } of outcomes) expect(order).toBe(idOf.get(String(link)));
	const later = (await Promise.all(numbers(10).map((each) => call(rowsOf('moment', each))))).flatMap(
		(answer) => answer.outcomes,
	);
	expect(count(later, 'duplicate')).toBe(10 * ORDERS_PER_CALL);
}, 240_000);

test('the trigger polls on the main process, and a worker gets each change once', async () => {
	const [still = '', ...orders] = stand.panel.seedOrders({ count: 200, status: 'In progress' });
	const parameters = {
		pollTimes,
		event: 'orderStatusChanged',
		source: 'ids',
		orderIds: [still, ...orders].join(),
	};
	const trigger = panelTrigger('Trigger', parameters, stand.credential);
	const saved = await stand.api.createWorkflow(workflow('Follow', [trigger, node('Done', 'noOp')]));
	const asked = () => stand.panel.counts().byAction.status ?? 0;
	const before = asked();
	const ended = sum(shares());
	await stand.api.activate(saved.id);
	await until(() => asked() >= before + 4, 'A second poll of two requests');
	orders.forEach((order, at) => stand.panel.moveOrder(order, at % 2 === 0 ? 'Completed' : 'Partial'));
	await executionsOf(stand, saved, 1);
	const seen = asked();
	await until(() => asked() >= seen + 2, 'Two more polls, which ask for the order that stays as it is');
	await stand.api.deactivate(saved.id);
	const all = await executionsOf(stand, saved, 1);
	expect(all.map(({ status }) => status)).toEqual(all.map(() => 'success'));
	const told = all
		.flatMap((execution) => jsonOf(execution, 'Done'))
		.map(({ order, status }) => `${String(order)} ${String(status)}`);
	expect(told.sort()).toEqual(
		orders.map((order, at) => `${order} ${at % 2 === 0 ? 'Completed' : 'Partial'}`).sort(),
	);
	expect(sum(shares())).toBe(ended + all.length);
}, 240_000);
