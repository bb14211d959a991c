/** One service list a minute for each account, whoever asks for it. */
import { cachedCatalogue } from '../../nodes/SmmPanel/panel/catalogue';
import { PanelError } from '../../nodes/SmmPanel/panel/errors';
import type { Catalogue, Service } from '../../nodes/SmmPanel/panel/schemas';

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

test('another key, or another address, has a list of its own', async () => {
	const panel = shop();
	const mine = account();
	await cachedCatalogue(mine, panel, 0);
	await cachedCatalogue({ ...mine, apiKey: 'another' }, panel, 0);
	await cachedCatalogue({ ...mine, apiUrl: 'https://other.test/api/v2' }, panel, 0);
	expect(panel.calls()).toBe(3);
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

describe('a catalogue with less than half of the services, or with an error in it', () => {
	const list = (count: number, error?: string): Catalogue => ({
		services: Array.from({ length: count }, (_, at) => ({ service: String(at) }) as Service),
		raw: [],
		byId: new Map(),
		skipped: 0,
		...(error !== undefined && { error }),
	});
	const lists = (...answers: Catalogue[]) => ({
		services: async () => await Promise.resolve(answers.shift() as Catalogue),
	});
	const sizes = async (panel: ReturnType<typeof lists>, readings: number) => {
		const mine = account();
		const seen: Array<number | string> = [];
		for (let at = 0; at < readings; at++) {
			const read = cachedCatalogue(mine, panel, at * MINUTE);
			seen.push(
				await read.then(
					({ services }) => services.length,
					(error: PanelError) => error.family,
				),
			);
		}
		return seen;
	};

	test.each<[string, Catalogue[], Array<number | string>]>([
		['is believed at the second reading', [list(10), list(4), list(4)], [10, 'maintenance', 4]],
		['is none where half is left', [list(10), list(5)], [10, 5]],
		[
			'is forgotten when the whole one is back',
			[list(10), list(4), list(10), list(4)],
			[10, 'maintenance', 10, 'maintenance'],
		],
		[
			'is not believed where the second says something else',
			[list(10), list(4), list(3), list(3)],
			[10, 'maintenance', 'maintenance', 3],
		],
		[
			'is not believed with an error, not even at first',
			[list(10, 'Out of memory'), list(10)],
			['maintenance', 10],
		],
		['is believed with the same error', [list(10, 'x'), list(10, 'x')], ['maintenance', 10]],
		['is not believed empty', [list(10), list(0), list(0)], [10, 'maintenance', 0]],
	])('%s', async (_name, answers, expected) => {
		expect(await sizes(lists(...answers), answers.length)).toEqual(expected);
	});
});
