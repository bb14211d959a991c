/** One service list a minute for each account, whoever asks for it. */
import { cachedCatalogue } from '../../nodes/SmmPanel/panel/catalogue';
import { PanelError } from '../../nodes/SmmPanel/panel/errors';
import type { Catalogue } from '../../nodes/SmmPanel/panel/replies';

const MINUTE = 60_000;
let accounts = 0;
/** A different one for each test: the cache outlives them. */
const account = (apiUrl = 'https://panel.test/api/v2') => ({ apiUrl, apiKey: `key ${accounts++}` });

function shop(...answers: Array<'list' | Error>) {
	let calls = 0;
	return {
		calls: () => calls,
		async services(): Promise<Catalogue> {
			const answer = answers[Math.min(calls, answers.length - 1)] ?? 'list';
			calls++;
			await new Promise((resolve) => setImmediate(resolve));
			if (answer instanceof Error) throw answer;
			return { services: [], raw: [], byId: new Map([['1', calls]]), skipped: 0 };
		},
	};
}
const failed = (family: 'network' | 'canceled') =>
	new PanelError(`It is ${family}`, { family, effect: 'none' });

test('the list is asked for once a minute', async () => {
	const [mine, panel] = [account(), shop()];
	const first = await cachedCatalogue(mine, panel, 0);
	expect(await cachedCatalogue(mine, panel, MINUTE - 1)).toBe(first);
	expect(panel.calls()).toBe(1);
	expect(await cachedCatalogue(mine, panel, MINUTE)).not.toBe(first);
	expect(panel.calls()).toBe(2);
});

test('all who ask at the same moment share one request', async () => {
	const [mine, panel] = [account(), shop()];
	const all = await Promise.all(
		Array.from({ length: 20 }, async () => await cachedCatalogue(mine, panel, 5)),
	);
	expect([new Set(all).size, panel.calls()]).toEqual([1, 1]);
});

test('another key, or another address, has a list of its own', async () => {
	const panel = shop();
	const mine = account();
	await cachedCatalogue(mine, panel, 0);
	await cachedCatalogue({ ...mine, apiKey: 'another' }, panel, 0);
	await cachedCatalogue({ ...mine, apiUrl: 'https://other.test/api/v2' }, panel, 0);
	expect(panel.calls()).toBe(3);
});

test('a failure is told to all who waited for it, and is not kept', async () => {
	const [mine, panel] = [account(), shop(failed('network'), 'list')];
	const both = await Promise.allSettled([cachedCatalogue(mine, panel, 0), cachedCatalogue(mine, panel, 0)]);
	expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
	await cachedCatalogue(mine, panel, 1);
	expect(panel.calls()).toBe(2);
});

test('that the execution which asked first was canceled is nothing to the others', async () => {
	const [mine, panel] = [account(), shop(failed('canceled'), 'list')];
	const [first, ...others] = await Promise.allSettled(
		Array.from({ length: 4 }, async () => await cachedCatalogue(mine, panel, 0)),
	);
	expect(first?.status).toBe('rejected');
	expect(others.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
	expect(panel.calls()).toBe(2);
});

test('a clock that was set back makes no list last longer', async () => {
	const [mine, panel] = [account(), shop()];
	await cachedCatalogue(mine, panel, 10 * MINUTE);
	await cachedCatalogue(mine, panel, 0);
	expect(panel.calls()).toBe(2);
});

test('memory is bounded: of many accounts, the ones used longest ago are forgotten', async () => {
	const panel = shop();
	const many = Array.from({ length: 30 }, () => account());
	for (const each of many) await cachedCatalogue(each, panel, 0);
	expect(panel.calls()).toBe(30);
	await cachedCatalogue(many[29] ?? account(), panel, 1);
	expect(panel.calls()).toBe(30);
	await cachedCatalogue(many[0] ?? account(), panel, 1);
	expect(panel.calls()).toBe(31);
});
