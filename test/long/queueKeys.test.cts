/**
 * Queue mode under fire: keys that are sent one to five times, four executions at once, replies that get lost and
 * workers that are killed. `SMM_KEYS=10000 SMM_KILLS=20` is the long form.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';
import { createRandom } from '../panel/random.cts';
import { serveJson, type Served } from '../sandbox/serve.cts';
import { code, node, panelNode, webhook, workflow } from '../sandbox/workflow.cts';
import { LINK, ORDER_FROM_INPUT } from '../e2e/orders.cts';
import { withQueue } from '../e2e/queueFixture.cts';
import { CATALOGUE } from '../e2e/services.cts';

const KEYS = Number(process.env.SMM_KEYS ?? 240);
const KILLS = Number(process.env.SMM_KILLS ?? 2);
const ROWS_PER_CALL = 20;
const AT_ONCE = 4;
/** An execution on a worker that was killed never answers. */
const PATIENCE_MS = 45_000;

const { stand, replace } = withQueue({ lives: { kind: 'still' }, latencyMs: 10, balance: '10000000' });
const random = createRandom(`keys ${process.env.SMM_SEED ?? 1}`);

interface Answers {
	url: string;
	/** Resolves what the panel's node gave in the call of this number; undefined where it never told. */
	of(call: number): Promise<IDataObject[] | undefined>;
}

let served: Served | undefined;
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));
afterAll(() => served?.close());

/** The workflow's last node posts its items here. */
async function collectAnswers(): Promise<Answers> {
	const waiting = new Map<unknown, (items: IDataObject[]) => void>();
	served = await serveJson(({ call: number, items }) => waiting.get(number)?.(items as IDataObject[]));
	return {
		url: served.url,
		of: async (number) => {
			const answer = new Promise<IDataObject[]>((resolve) => waiting.set(number, resolve));
			return await Promise.race([answer, sleep(PATIENCE_MS, undefined, { ref: false })]);
		},
	};
}

async function activeWorkflow(answers: Answers) {
	const keyed = { ...ORDER_FROM_INPUT, options: { idempotencyKey: '={{ $json.id }}', concurrency: 3 } };
	const pack =
		"return [{ json: { call: $('Webhook').first().json.body.call, items: $input.all().map(({ json }) => json) } }];";
	const post = {
		method: 'POST',
		url: answers.url,
		sendBody: true,
		specifyBody: 'json',
		jsonBody: '={{ JSON.stringify($json) }}',
	};
	await stand.api.publish(
		workflow('Keys', [
			webhook('keys', { responseMode: 'onReceived' }),
			node('Rows', 'splitOut', { fieldToSplitOut: 'body.rows', options: {} }),
			panelNode('Panel', keyed, stand.credential, { onError: 'continueRegularOutput' }),
			code('Pack', pack),
			node('Post', 'httpRequest', post, { typeVersion: 4.2 }),
		]),
	);
	let calls = 0;
	return async (keys: readonly string[]): Promise<IDataObject[] | undefined> => {
		const call = ++calls;
		const answer = answers.of(call);
		const rows = keys.map((key) => ({ id: key, link: `${LINK}/${key}`, quantity: 100 }));
		for (let tries = 0; tries < 100; tries++, await sleep(200)) {
			if ((await stand.api.webhook('keys', { call, rows })).ok) break;
		}
		return await answer;
	};
}

/** Each key one to five times, in an order of its own. */
function sendings(): string[][] {
	const all = Array.from({ length: KEYS }, (_, at) => Array(random.whole(1, 5)).fill(`key-${at}`)).flat();
	for (let at = all.length - 1; at > 0; at--) {
		const other = random.whole(0, at);
		[all[at], all[other]] = [all[other], all[at]];
	}
	return inCalls(all as string[]);
}

const inCalls = (keys: readonly string[]): string[][] =>
	Array.from({ length: Math.ceil(keys.length / ROWS_PER_CALL) }, (_, at) =>
		keys.slice(at * ROWS_PER_CALL, (at + 1) * ROWS_PER_CALL),
	);

/** Four callers, and a reaper that kills a worker each time another share of the calls has been made. */
async function sendAll(
	calls: readonly string[][],
	call: (keys: readonly string[]) => Promise<IDataObject[] | undefined>,
	kills: number,
) {
	const answers: IDataObject[] = [];
	let begun = 0;
	let lost = 0;
	let over = false;
	const reaper = (async () => {
		for (let kill = 1; kill <= kills && !over; kill++) {
			while (begun < (kill * calls.length) / (kills + 1) && !over) await sleep(20);
			await sleep(random.whole(0, 400));
			await replace(kill % 2);
		}
	})();
	const caller = async () => {
		while (begun < calls.length) {
			const answer = await call(calls[begun++] ?? []);
			if (answer) answers.push(...answer);
			else lost++;
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, caller));
	over = true;
	await reaper;
	return { answers, lost };
}

const rowIn = ({ error }: IDataObject) => /[Rr]ow (\d+)/.exec(String(error))?.[1];

test(
	`${KEYS} keys, each sent one to five times, ${KILLS} workers killed: one order a key, and every answer names it`,
	async () => {
		const call = await activeWorkflow(await collectAnswers());
		stand.panel.inject({ action: 'add', kind: 'dropAfter', probability: 0.05, seed: 'keys' });
		const calls = sendings();
		const { answers, lost } = await sendAll(calls, call, KILLS);
		stand.panel.clearFaults();
		// With nothing in the way: whatever is still free is placed now
		const keys = Array.from({ length: KEYS }, (_, at) => `key-${at}`);
		const last = await sendAll(inCalls(keys), call, 0);

		const ledger = stand.panel.orders();
		const idOf = new Map(ledger.map(({ id, fields }) => [String(fields.link), id]));
		const wrong = [...answers, ...last.answers].filter(
			({ link, order, outcome }) => order !== idOf.get(String(link)) && outcome !== 'unknown',
		);
		const stuck = last.answers.filter(({ order, outcome }) => order === undefined && outcome !== 'unknown');
		const unknown = last.answers.filter(({ outcome }) => outcome === 'unknown');
		process.stdout.write(
			`${JSON.stringify({
				keys: KEYS,
				sent: calls.flat().length,
				kills: KILLS,
				answersLost: lost,
				twice: ledger.length - idOf.size,
				wrong: wrong.length,
				unknown: unknown.length,
				unknownPaid: unknown.filter(({ link }) => idOf.has(String(link))).length,
				stuck: stuck.length,
			})}\n`,
		);
		expect(ledger.length - idOf.size).toBe(0);
		expect(wrong).toEqual([]);
		expect(last.answers).toHaveLength(KEYS);
		expect(stuck).toEqual([]);
		// An unknown order has one name
		expect(unknown.filter((answer) => rowIn(answer) === undefined)).toEqual([]);
		const missing = keys.filter((key) => !idOf.has(`${LINK}/${key}`));
		expect(unknown.map(({ link }) => link)).toEqual(
			expect.arrayContaining(missing.map((key) => `${LINK}/${key}`)),
		);
	},
	240_000 + 500 * KEYS,
);
