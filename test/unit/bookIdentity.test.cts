import {
	openCounter,
	orderKeys,
	rootOf,
	sameRunReader,
	userKeyOf,
	type CounterMemory,
	type ExecutionFacts,
	type Place,
	type Root,
} from '../../nodes/SmmPanel/book/identity';

const stored = (executions: Record<string, ExecutionFacts>) => async (id: string) => executions[id];

const root = async (id: string, own: ExecutionFacts, executions: Record<string, ExecutionFacts> = {}) =>
	await rootOf(id, own, stored(executions));

describe('the root of an execution', () => {
	it('is its token, whatever its ID: a retry has another one and the same token', async () => {
		const first = await root('1', { token: 't' });
		const retry = await root('2', { token: 't' });
		const other = await root('3', { token: 'u' });
		expect(retry.run).toBe(first.run);
		expect(other.run).not.toBe(first.run);
		expect(first).toMatchObject({ rootless: false, executions: ['1'] });
	});

	it('never contains the token', async () => {
		const token = 'a'.repeat(64);
		expect(JSON.stringify(await root('1', { token }))).not.toContain(token);
	});

	it("of a sub-workflow is its outermost parent's", async () => {
		const parents = { '1': { token: 't' }, '2': { token: 'x', parentExecutionId: '1' } };
		const child = await root('3', { token: 'y', parentExecutionId: '2' }, parents);
		expect(child.run).toBe((await root('1', { token: 't' })).run);
		expect(child).toMatchObject({ executions: ['3', '2', '1'], parentExecutionId: '2' });
	});

	it('is the ID at which the way up ends, where n8n has stored nothing of a parent', async () => {
		expect(await root('3', { token: 'y', parentExecutionId: '2' })).toMatchObject({
			run: 'exec:2',
			rootless: true,
		});
	});

	it('is the ID where n8n gives no token, and where parents form a circle', async () => {
		expect(await root('3', {})).toMatchObject({ run: 'exec:3', rootless: true });
		const circle = {
			'1': { token: 'a', parentExecutionId: '2' },
			'2': { token: 'b', parentExecutionId: '1' },
		};
		expect(await root('1', { token: 'a', parentExecutionId: '2' }, circle)).toMatchObject({ rootless: true });
	});
});

describe('a row of an execution that could not read its root', () => {
	const parents = { '1': { token: 't' }, '9': { token: 'u' } };

	it('belongs to the root that can be read later', async () => {
		const child = await root('3', { parentExecutionId: '1' }, parents);
		const same = sameRunReader(child, stored(parents));
		expect(await same('exec:1')).toBe(true);
		expect(await same('exec:9')).toBe(false);
		expect(await same('exec:77')).toBe(false);
		expect(await same('0123456789abcdef')).toBe(false);
	});

	it("belongs to the retry of its parent, which has the parent's token", async () => {
		const retried = await root('6', { parentExecutionId: '5' }, { '5': { token: 't' } });
		expect(await sameRunReader(retried, stored(parents))('exec:1')).toBe(true);
	});

	it('is read once', async () => {
		const reads: string[] = [];
		const same = sameRunReader(await root('3', { token: 'y' }), async (id) => (reads.push(id), undefined));
		await Promise.all([same('exec:8'), same('exec:8'), same('exec:8')]);
		expect(reads).toEqual(['8']);
	});
});

describe('the number of equal orders', () => {
	const count = (memory: CounterMemory, times: number) =>
		Array.from(
			{ length: times },
			() => orderKeys(place(), { service: '1', link: 'x', fieldsHash: 'f', input: {} }, memory).requestKey,
		);

	it('counts anew in a new try of the same run, and goes on in the next round of a loop', () => {
		const first = openCounter(undefined, 0);
		const keys = count(first, 2);
		const retried = openCounter(JSON.parse(JSON.stringify(first)) as CounterMemory, 0);
		expect(count(retried, 2)).toEqual(keys);
		const nextRound = openCounter(JSON.parse(JSON.stringify(retried)) as CounterMemory, 1);
		const more = count(nextRound, 2);
		expect(new Set([...keys, ...more]).size).toBe(4);
		expect(count(openCounter(nextRound, 1), 2)).toEqual(more);
	});

	it('names the share of earlier rounds', () => {
		const memory: CounterMemory = { run: 0, base: {}, cur: {} };
		count(memory, 3);
		const keys = orderKeys(
			place(),
			{ service: '1', link: 'x', fieldsHash: 'f', input: {} },
			openCounter(memory, 1),
		);
		expect(keys.round).toBe(3);
	});

	it("does not count for an agent's tool", () => {
		const memory = openCounter(undefined, 0);
		const key = () =>
			orderKeys(place(), { service: '1', link: 'x', fieldsHash: 'f', input: {} }, memory, false).requestKey;
		expect(key()).toBe(key());
	});
});

const ROOT: Root = { run: 'r', rootless: false, executions: ['1'] };
function place(changes: Partial<Place> = {}): Place {
	return { root: ROOT, workflowId: 'w', nodeId: 'n', account: 'p', ...changes };
}

describe('the keys of an order', () => {
	const keys = (content = {}, at: Partial<Place> = {}) =>
		orderKeys(
			place(at),
			{ service: '1', link: 'x', fieldsHash: 'f', input: { a: 1, b: 2 }, ...content },
			openCounter(undefined, 0),
		);

	it('differ by root, workflow and node', () => {
		const all = [
			keys(),
			keys({}, { root: { ...ROOT, run: 's' } }),
			keys({}, { workflowId: 'v' }),
			keys({}, { nodeId: 'm' }),
		];
		expect(new Set(all.flatMap(({ requestKey, itemKey }) => [requestKey, itemKey])).size).toBe(8);
	});

	it('survive one by one: the request a changed input, the item another service or link', () => {
		expect(keys({ input: { c: 3 } }).requestKey).toBe(keys().requestKey);
		expect(keys({ input: { c: 3 } }).itemKey).not.toBe(keys().itemKey);
		expect(keys({ service: '2', link: 'y' }).itemKey).toBe(keys().itemKey);
		expect(keys({ service: '2' }).requestKey).not.toBe(keys().requestKey);
		expect(keys({ input: { b: 2, a: 1 } }).itemKey).toBe(keys().itemKey);
	});

	it('of a child are found again where an earlier one could not read the root', () => {
		const unread = keys(
			{},
			{ root: { run: 'exec:1', rootless: true, executions: ['2', '1'], parentExecutionId: '1' } },
		);
		const read = keys({}, { root: { ...ROOT, executions: ['3', '1'], parentExecutionId: '1' } });
		expect(read.rootless).toEqual({ requestKey: unread.requestKey, itemKey: unread.itemKey });
		expect(unread.rootless).toBeUndefined();
		expect(keys().rootless).toBeUndefined();
	});

	it('both change with any field that is sent', () => {
		const other = keys({ fieldsHash: 'g' });
		expect(other.requestKey).not.toBe(keys().requestKey);
		expect(other.itemKey).not.toBe(keys().itemKey);
	});

	it('given by a user belong to the account alone', () => {
		expect(userKeyOf(' k ', 'p')).toBe(userKeyOf('k', 'p'));
		expect(new Set([userKeyOf('k', 'p'), userKeyOf('l', 'p'), userKeyOf('k', 'q')]).size).toBe(3);
		expect(userKeyOf('  ', 'p')).toBe('');
	});

	// An earlier call can have failed without a row: its order was refused, or it ended before the node
	it('are the same for all calls of a sub-workflow: a parent that tries again pays nothing twice', () => {
		const child = (id: string): Root => ({ ...ROOT, executions: [id, '1'], parentExecutionId: '1' });
		expect(keys({}, { root: child('9') })).toEqual(keys({}, { root: child('7') }));
	});
});
