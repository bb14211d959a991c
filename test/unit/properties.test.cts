/** For whatever a panel may answer: the right outcome by ID, or an error of ours, and that soon. */
import * as fc from 'fast-check';
import { createPanelClient, type PanelClient } from '../../nodes/SmmPanel/panel/client';
import { PanelError } from '../../nodes/SmmPanel/panel/errors';
import { plain, scripted, virtualClock } from './clientFixture.cts';

/** A client whose panel answers everything with this. */
function clientAnswered(body: string, status = 200, headers: Record<string, unknown> = {}): PanelClient {
	const { transport } = scripted({ status, headers, body });
	return createPanelClient({
		transport,
		clock: virtualClock(),
		apiUrl: 'https://panel.test/api/v2',
		apiKey: 'a-key-of-tests',
		retry: { attempts: 1 },
	});
}

const IDS = ['1', '23501', 'ord_1'];

/** Asks for everything; returns whatever is neither an answer nor a PanelError. */
async function surprises(client: PanelClient, ids = IDS): Promise<unknown[]> {
	const single = [client.services(), client.balance(), client.add({ link: 'x' })].map(async (asked) => {
		const error = await asked.then(
			() => undefined,
			(reason: unknown) => reason,
		);
		return error === undefined || error instanceof PanelError ? [] : [error];
	});
	const lists = (['status', 'refill', 'refillStatus', 'cancel'] as const).flatMap((ask) =>
		[ids, ids.slice(0, 1)].map(async (asked) => {
			const outcomes = await client[ask](asked);
			const wrong = [...outcomes.values()].filter(
				(outcome) => !outcome.ok && !(outcome.error instanceof PanelError),
			);
			return [...outcomes.keys()].join() === asked.join()
				? wrong
				: [`not every ID has an outcome: ${[...outcomes.keys()].join()}`];
		}),
	);
	return (await Promise.all([...single, ...lists])).flat();
}

const httpStatus = fc.constantFrom(200, 200, 200, 201, 204, 301, 302, 400, 401, 403, 404, 422, 429, 500, 503);
const retryAfter = fc.oneof(
	fc.string(),
	fc.integer(),
	fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
);

/** Words of the API, so that random replies look like real ones. */
const NAMES = [
	...['order', 'orders', 'status', 'error', 'message', 'data', 'refill', 'cancel', 'balance', 'charge'],
	...['success', 'service', 'rate', ...IDS],
];
const TEXTS = ['success', 'error', 'Completed', '', '0', '1', 'Order not found.', '1e999', '+5', '-', '.'];
const like = fc.letrec((tie) => ({
	value: fc.oneof(
		{ maxDepth: 4 },
		fc.constantFrom(...TEXTS),
		fc.integer(),
		fc.double(),
		fc.boolean(),
		fc.constant(null),
		fc.string({ unit: 'binary' }),
		fc.array(tie('value'), { maxLength: 4 }),
		fc.dictionary(fc.constantFrom(...NAMES, '__proto__', 'constructor'), tie('value'), { maxKeys: 5 }),
	),
})).value;

test('no JSON makes anything but an answer or our error', async () => {
	await fc.assert(
		fc.asyncProperty(fc.oneof(like, fc.jsonValue()), httpStatus, retryAfter, async (reply, status, later) => {
			const client = clientAnswered(JSON.stringify(reply), status, { 'retry-after': later });
			expect(await surprises(client)).toEqual([]);
		}),
		{ numRuns: 300 },
	);
});

const digits = fc
	.tuple(fc.integer({ min: 1, max: 9 }), fc.stringMatching(/^\d{0,24}$/))
	.map(([first, rest]) => `${first}${rest}`);
const id = fc.oneof(
	fc.integer({ min: 1, max: 99_999_999 }).map(String),
	digits,
	fc.stringMatching(/^ord_[A-Z0-9]{1,12}$/),
);
const ids = fc.uniqueArray(id, { minLength: 2, maxLength: 30 });

/** An ID as it can stand in JSON: as text, or as a number of any length. */
const written = (text: string, asNumber: boolean) =>
	asNumber && /^\d+$/.test(text) ? text : JSON.stringify(text);

const SHAPES = {
	'object by ID': (rows: Array<[string, string]>) =>
		`{${rows.map(([key, row]) => `${JSON.stringify(key)}:${row}`).join()}}`,
	'rows with text IDs': (rows: Array<[string, string]>) =>
		`[${rows.map(([key, row]) => `{"order":${written(key, false)},${row.slice(1)}`).join()}]`,
	'rows with number IDs': (rows: Array<[string, string]>) =>
		`[${rows.map(([key, row]) => `{${row.slice(1, -1)},"order":${written(key, true)}}`).join()}]`,
};
const status = fc.constantFrom('Pending', 'In progress', 'Completed', 'Partial', 'Canceled', 'Processing');
const figures = fc.record({ charge: fc.integer({ min: 0, max: 1e9 }), remains: fc.nat(), status });

test.each(Object.entries(SHAPES))(
	'whatever the IDs and their order, each order has its own status: %s',
	async (_name, shape) => {
		const cases = ids.chain((wanted) =>
			fc.record({
				wanted: fc.constant(wanted),
				rows: fc.array(figures, { minLength: wanted.length, maxLength: wanted.length }),
				order: fc.shuffledSubarray(wanted, { minLength: wanted.length }),
				wrapped: fc.boolean(),
			}),
		);
		await fc.assert(
			fc.asyncProperty(cases, async ({ wanted, rows, order, wrapped }) => {
				const rowOf = new Map(wanted.map((key, index) => [key, rows[index]]));
				const reply = shape(order.map((key) => [key, JSON.stringify(rowOf.get(key))]));
				const outcomes = await clientAnswered(
					wrapped ? `{"status":"success","data":${reply}}` : reply,
				).status(wanted);
				for (const [key, outcome] of outcomes) {
					const { charge, remains, status: word } = rowOf.get(key) ?? {};
					expect(outcome).toMatchObject({
						ok: true,
						value: { charge: String(charge), remains, status: word },
					});
				}
			}),
			{ numRuns: 60 },
		);
	},
);

test('an ID keeps all its digits, however many', async () => {
	await fc.assert(
		fc.asyncProperty(digits, fc.boolean(), async (long, asNumber) => {
			const value = written(long, asNumber);
			expect((await clientAnswered(`{"order":${value}}`).add({})).order).toBe(long);
			expect(plain(await clientAnswered(`{"refill":${value}}`).refill(['5']))).toEqual({ 5: long });
			expect(
				plain(await clientAnswered(`{"status":"Active","orders":[${value}]}`).status(['5'])),
			).toMatchObject({ 5: { orders: [long] } });
		}),
	);
});

/** Answers made to hang or exhaust whoever reads them. */
const LARGE = 60_000;
test.each<[string, string]>([
	['lists in lists in lists', '['.repeat(LARGE) + ']'.repeat(LARGE)],
	['objects in objects', '{"error":'.repeat(LARGE / 4) + '1' + '}'.repeat(LARGE / 4)],
	['a nested order', `{"order":${'['.repeat(5000)}${']'.repeat(5000)}}`],
	['quotes that never close, and a long number', '"\\"'.repeat(LARGE) + ' 1234567890123456'],
	['opening brackets of HTML', `<html>${'<'.repeat(LARGE)}`],
	['titles that never end', `<html>${'<title'.repeat(LARGE)}`],
	['blanks', ' '.repeat(LARGE * 5)],
	['words that begin like others', JSON.stringify({ error: 'account '.repeat(LARGE) })],
	['commas', JSON.stringify({ balance: '1,'.repeat(LARGE) })],
	['digits', `{"balance":"${'9'.repeat(LARGE)}"}`],
	['an exponent of nine digits', '{"balance":"1e999999999","charge":"1e-999999999","status":"x"}'],
	['a number of many digits', `{"balance":${'9'.repeat(LARGE)},"order":${'9'.repeat(LARGE)}}`],
	['many rows', JSON.stringify(Array.from({ length: 5000 }, (_, order) => ({ order, refill: 1 })))],
])(
	'%s are read or refused at once',
	async (_name, body) => {
		const began = process.cpuUsage();
		expect(await surprises(clientAnswered(body))).toEqual([]);
		expect(await surprises(clientAnswered(body, 500))).toEqual([]);
		expect(process.cpuUsage(began).user).toBeLessThan(20_000_000);
	},
	30_000,
);

test('a text of megabytes beside a long number is read at once, and the number keeps its digits', async () => {
	const text = JSON.stringify('x"\\'.repeat(2_000_000));
	const began = process.cpuUsage();
	expect((await clientAnswered(`{"note":${text},"order":1234567890123456789}`).add({})).order).toBe(
		'1234567890123456789',
	);
	expect(process.cpuUsage(began).user).toBeLessThan(20_000_000);
}, 30_000);
