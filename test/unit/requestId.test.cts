/** A panel that takes a request ID: a lost reply is asked for again with the same value, three times in two minutes. */
import { createPanelClient } from '../../nodes/SmmPanel/panel/client';
import { failure, scripted, virtualClock } from './clientFixture.cts';

const LOST = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
const PLACED = { body: '{"order":5}' };
const FIELDS = { service: '1', link: 'https://example.com/p/1', quantity: '10' };

function client(answers: Parameters<typeof scripted>, more: object = {}) {
	const { transport, requests } = scripted(...answers);
	const clock = virtualClock();
	const sentAt: number[] = [];
	const { add } = createPanelClient({
		transport: async (request) => {
			sentAt.push(clock.now());
			return await transport(request);
		},
		clock,
		apiUrl: 'https://panel.test/api/v2',
		apiKey: 'a-key-of-tests',
		requestIdField: 'request_id',
		...more,
	});
	return { add, requests, sentAt };
}

test('a lost reply is asked for again with the same value', async () => {
	const { add, requests } = client([LOST, LOST, PLACED]);
	expect((await add(FIELDS, 'order-7')).order).toBe('5');
	expect(requests.map(({ fields }) => fields)).toEqual(
		Array(3).fill({ ...FIELDS, action: 'add', request_id: 'order-7' }),
	);
});

test('three sends in all, the last within two minutes of the first, and the outcome is unknown', async () => {
	const { add, requests, sentAt } = client([LOST]);
	expect(await failure(add(FIELDS, 'order-7'))).toMatchObject({ family: 'network', effect: 'unknown' });
	expect(requests).toHaveLength(3);
	expect((sentAt[2] ?? 0) - (sentAt[0] ?? 0)).toBeLessThanOrEqual(120_000);
});

test('waiting for its turn never makes the last send later than two minutes after the first', async () => {
	const { add, sentAt } = client([LOST], { requestsPerMinute: 1 });
	await failure(add(FIELDS, 'order-7'));
	expect(sentAt).toHaveLength(2);
});

test.each<[string, object, string | undefined]>([
	['without the field', { requestIdField: '' }, 'order-7'],
	['with a field of blanks', { requestIdField: ' ' }, 'order-7'],
	['without a value', {}, undefined],
	['with an empty value', {}, ''],
])('%s a lost reply is not asked for again', async (_name, options, value) => {
	const { add, requests } = client([LOST, PLACED], options);
	expect(await failure(add(FIELDS, value))).toMatchObject({ effect: 'unknown' });
	expect(requests.map(({ fields }) => fields)).toEqual([{ ...FIELDS, action: 'add' }]);
});

test.each<[string, object]>([
	['a refusal', { body: '{"error":"Bad link"}' }],
	['words nobody has collected', { body: '{"error":"Nope, not today"}' }],
])('%s is an answer, and not asked for again', async (_name, answer) => {
	const { add, requests } = client([answer as typeof PLACED, PLACED]);
	await failure(add(FIELDS, 'order-7'));
	expect(requests).toHaveLength(1);
});

test('a refusal after a lost reply leaves open what the lost one did', async () => {
	const { add } = client([LOST, { body: '{"error":"You have active order with this link"}' }]);
	expect(await failure(add(FIELDS, 'order-7'))).toMatchObject({ family: 'conflict', effect: 'unknown' });
});

test('what never left is sent again within the three', async () => {
	const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
	const { add, requests } = client([refused]);
	expect(await failure(add(FIELDS, 'order-7'))).toMatchObject({ family: 'network', effect: 'none' });
	expect(requests).toHaveLength(3);
});

const TOO_MANY = { status: 429, body: '{"error":"Too many requests"}' };

test('refusals for the rate are waited for as without the field, as long as no reply was lost', async () => {
	const { add, requests } = client([TOO_MANY, TOO_MANY, TOO_MANY, TOO_MANY, LOST, PLACED]);
	expect((await add(FIELDS, 'order-7')).order).toBe('5');
	expect(requests).toHaveLength(6);
});

test('refusals for the rate that do not end are a refusal of the order', async () => {
	const { add } = client([TOO_MANY]);
	expect(await failure(add(FIELDS, 'order-7'))).toMatchObject({ family: 'rateLimit', effect: 'none' });
});

test('after a lost reply a refusal for the rate is one of the three', async () => {
	const { add, requests } = client([LOST, TOO_MANY, TOO_MANY, PLACED]);
	expect(await failure(add(FIELDS, 'order-7'))).toMatchObject({ effect: 'unknown' });
	expect(requests).toHaveLength(3);
});
