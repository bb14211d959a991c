/** Orders for a link that has an unfinished order of the same service. */
import { newRow, toCells, type BookRow } from '../../../nodes/SmmPanel/book/rows';
import { book, keyed } from './bookRun.cts';
import { orderOf, panelError, settled } from './orders.cts';

const LINK = 'https://example.com/a';

/** A row of another execution, for the link in another spelling. */
const row = (cells: Partial<BookRow> = {}): ReturnType<typeof toCells> =>
	toCells(
		newRow({
			state: 'placed',
			order: 'x7',
			service: '7',
			account: 'a',
			link: 'http://www.Example.com/a/?igsh=1#top',
			requestKey: 'r',
			owner: 'other',
			execution: '44',
			...cells,
		}),
	);

const orderFor = (item: number, link = LINK) => orderOf(item, { fields: { link, quantity: '100' } });

it('is sent all the same by default', async () => {
	const { place, sent, table } = book();
	table.insert([row()]);
	await place([orderFor(0)]);
	expect(sent).toHaveLength(1);
});

it.each([
	['placed', { status: 'In progress' }, 'Order x7 for the same link is not finished (In progress)', 'x7'],
	['unknown', { order: '' }, 'An order for the same link has an unknown outcome (row 1)', undefined],
	['sending', { order: '' }, 'Execution 44 is sending an order for the same link (row 1)', undefined],
	['waiting', { order: '' }, 'Execution 44 is sending an order for the same link (row 1)', undefined],
] as const)('is skipped where the other is %s', async (state, cells, reason, order) => {
	const { place, sent, table } = book();
	table.insert([row({ state, ...cells })]);
	const { placements } = await place([orderFor(0), orderFor(1, 'https://example.com/b')], {
		sameLink: 'skip',
	});
	expect(placements[0]).toEqual(expect.objectContaining({ state: 'skipped', reason }));
	expect(placements[0]).toMatchObject(order === undefined ? {} : { order });
	expect(sent).toEqual(['https://example.com/b']);
	// Its own row is gone, and with it its keys
	expect(table.all().filter(({ link }) => link === LINK)).toHaveLength(0);
});

it('fails, and with Stop nothing after it is sent', async () => {
	const { place, sent, table } = book();
	table.insert([row()]);
	const orders = [orderFor(0), orderFor(1, 'https://example.com/b')];
	const { placements } = await place(orders, { sameLink: 'fail', stopAtFailure: true });
	expect(placements[0]).toMatchObject({
		state: 'refused',
		problem: { message: 'Not sent: order x7 for the same link is not finished' },
	});
	expect(sent).toHaveLength(0);
});

it.each([
	['finished', { finished: true }],
	["another account's", { account: 'b' }],
	["another service's", { service: '8' }],
	['for a longer link', { link: `${LINK}/b` }],
	['waiting for two hours', { state: 'waiting', order: '' }],
] as const)('is sent where the other is %s', async (name, cells) => {
	const { place, sent, table, clock } = book();
	table.insert([row(cells)]);
	if (name.startsWith('waiting')) clock.advance(2 * 3_600_000);
	await place([orderFor(0)], { sameLink: 'skip' });
	expect(sent).toHaveLength(1);
});

it.each([
	['https://example.com/caf\u00e9', 'https://example.com/caf%C3%A9'],
	['https://m\u00fcnchen.example/p', 'http://xn--mnchen-3ya.example/p/'],
	['https://t.me/a_b?start=1&utm_source=x', 't.me/a_b?start=1'],
])('is skipped where one link is written %s and the other %s', async (one, other) => {
	for (const [there, ordered] of [
		[one, other],
		[other, one],
	]) {
		const { place, sent, table } = book();
		table.insert([row({ link: there })]);
		await place([orderFor(0, ordered)], { sameLink: 'skip' });
		expect(sent).toHaveLength(0);
	}
});

it('is found among many, too', async () => {
	const { place, sent, table } = book();
	table.insert([row(), row({ order: 'x8', finished: true, link: 'https://example.com/5' })]);
	const orders = [orderFor(0), ...Array.from({ length: 30 }, (_, at) => orderOf(at + 1))];
	const { placements } = await place(orders, { sameLink: 'skip', concurrency: 10 });
	expect(placements[0]).toMatchObject({ state: 'skipped', order: 'x7' });
	expect(sent).toHaveLength(30);
});

it('takes the username where there is no link', async () => {
	const { place, sent, table } = book();
	table.insert([row({ link: 'ada' })]);
	const of = (item: number, username: string) => orderOf(item, { fields: { username, posts: '1' } });
	const { placements } = await place([of(0, 'ada'), of(1, 'adam')], { sameLink: 'skip' });
	expect(placements).toMatchObject({ 0: { state: 'skipped', order: 'x7' }, 1: { state: 'placed' } });
	expect(sent).toHaveLength(1);
});

it('is its own order for a retry, not another one', async () => {
	const { place, sent } = book();
	await place([orderFor(0)], { sameLink: 'fail' });
	const { placements } = await place([orderFor(0)], { sameLink: 'fail' });
	expect(placements[0]).toMatchObject({ state: 'placed', order: 'o1' });
	expect(sent).toHaveLength(1);
});

describe('within one run', () => {
	it.each([1, 3])('sends the first only, %i at a time', async (concurrency) => {
		const { place, sent } = book();
		const orders = [orderFor(0), orderFor(1, 'https://www.example.com/a/'), keyed(2, 'k')];
		const { placements } = await place(orders, { sameLink: 'skip', concurrency });
		expect(sent).toEqual([LINK]);
		expect(placements).toMatchObject({
			0: { state: 'placed', order: 'o1' },
			1: { state: 'skipped', order: 'o1', reason: 'Order o1 of this run is for the same link' },
			2: { state: 'skipped', order: 'o1' },
		});
	});

	it('sends the next where the panel has refused the first', async () => {
		const { place, sent } = book();
		const add = async () => {
			await settled();
			return await (sent.length === 1
				? Promise.reject(panelError('none'))
				: Promise.resolve({ order: 'o2' }));
		};
		const orders = [orderFor(0), orderFor(1), orderFor(2)];
		const { placements } = await place(orders, { sameLink: 'skip', concurrency: 3, add });
		expect(sent).toHaveLength(2);
		expect(placements).toMatchObject({
			0: { state: 'refused' },
			1: { state: 'placed', order: 'o2' },
			2: { state: 'skipped', order: 'o2' },
		});
	});

	it('sends no other where the outcome of the first is unknown', async () => {
		const { place, sent } = book();
		const add = async () => await Promise.reject(panelError('unknown', 'network'));
		const { placements } = await place([orderFor(0), orderFor(1)], { sameLink: 'skip', add });
		expect(sent).toHaveLength(1);
		expect(placements).toMatchObject({ 0: { state: 'unknown' }, 1: { state: 'skipped' } });
	});
});

it('lets one of two executions at the same moment through', async () => {
	const { place, sent } = book();
	const executions = ['1', '2'].map(
		async (run) =>
			await place([orderFor(0)], {
				sameLink: 'skip',
				place: { root: { run, rootless: false, executions: [run] } },
			}),
	);
	const states = (await Promise.all(executions)).map(({ placements }) => placements[0]?.state);
	expect(sent).toHaveLength(1);
	expect(states.sort()).toEqual(['placed', 'skipped']);
});
