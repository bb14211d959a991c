/** Finished orders of services with and without refills, at the panel and in its order book. */
import { BOOK, page } from './exampleRecipes.cts';
import type { N8nFixture } from './n8nFixture.cts';
import { FOLLOWERS } from './services.cts';

export const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

const NAMES = ['Likes R60', 'Views | 365 Days Refill', 'Plays Lifetime Refill', 'Saves, no refill'];
const DAYS = 24;
/** Service by its place, hours since its end, hours since its last refill. */
const CASES: Array<[number, number, number?]> = [
	[0, 25],
	[0, 23],
	[0, 31 * DAYS],
	[1, 59 * DAYS],
	[1, 61 * DAYS],
	[2, 364 * DAYS],
	[3, 900 * DAYS],
	[4, 30],
	[0, 80, 23],
	[0, 80, 25],
];

/** Puts them there, and gives their IDs in the order of the cases. */
export async function finishedOrders({ panel, api }: N8nFixture): Promise<string[]> {
	const services = NAMES.map((name, at) =>
		panel.addService({ name, refill: at < 3, type: 'Default', rate: '1' }),
	).map(({ id }) => id);
	services.unshift(FOLLOWERS.id);
	const ids = CASES.flatMap(([service]) =>
		panel.seedOrders({ count: 1, status: 'Completed', service: services[service] ?? 0 }),
	);
	const [table] = (await api.rowsOf(BOOK)).slice(-1);
	const host = String(table?.panel);
	const own = { panel: host, account: host, state: 'placed', finished: true };
	await api.insertRows(
		(await api.dataTable(BOOK))?.id ?? '',
		CASES.map(([service, end, refilled], at) => ({
			...own,
			order: ids[at] ?? '',
			status: 'Completed',
			service: String(services[service]),
			link: page(`refill-${at}`),
			charge: 0.1,
			placedAt: ago(end + 2),
			startedAt: ago(end + 1),
			finishedAt: ago(end),
			requestKey: `r-${at}`,
			itemKey: `i-${at}`,
			...(refilled !== undefined && { refilledAt: ago(refilled) }),
		})),
	);
	return ids;
}
