import { addWithEvidence } from '../../../nodes/SmmPanel/actions/order/placing/evidence';
import { PanelError } from '../../../nodes/SmmPanel/panel/errors';
import { orderOf } from './orders.cts';

const uncollected = () =>
	new PanelError('Wrong moon phase', { family: 'request', effect: 'unknown', clean: true, action: 'add' });

/** A panel that answers each order with what the test says, and shows these balances one after the other. */
function panelOf(answers: Array<string | Error>, balances: string[]) {
	const calls: string[] = [];
	const client = {
		add: async (_: unknown, requestId?: string) => {
			calls.push(`add ${requestId}`);
			const answer = answers.shift();
			if (typeof answer === 'string') return { order: answer, raw: {} };
			return await Promise.reject(answer ?? new Error('no answer left'));
		},
		balance: async () => {
			calls.push('balance');
			const balance = balances.shift();
			if (balance === undefined) throw new Error('down');
			return { value: { balance, currency: null }, raw: { balance } };
		},
	};
	return { client, calls };
}

const sender = (
	{ client }: ReturnType<typeof panelOf>,
	more: Partial<Parameters<typeof addWithEvidence>[0]> = {},
) =>
	addWithEvidence({
		client,
		alone: true,
		balance: undefined,
		requestIdOf: ({ item }) => `id-${item}`,
		...more,
	});

const effectOf = async (sent: Promise<unknown>) =>
	await sent.then(
		() => 'placed',
		(error: unknown) => (error instanceof PanelError ? error.effect : 'other'),
	);

describe('uncollected words', () => {
	it('leave the first order unknown, and prove the next one refused if the balance stays', async () => {
		const panel = panelOf([uncollected(), uncollected()], ['10.00', '10.00']);
		const add = sender(panel);
		expect(await effectOf(add({}, orderOf(0)))).toBe('unknown');
		expect(await effectOf(add({}, orderOf(1)))).toBe('none');
		expect(panel.calls).toEqual(['add id-0', 'balance', 'add id-1', 'balance']);
	});

	it('are left unknown where orders leave side by side, and no balance is read for them', async () => {
		const panel = panelOf([uncollected(), uncollected()], []);
		const add = sender(panel, { alone: false });
		expect(await effectOf(add({}, orderOf(0)))).toBe('unknown');
		expect(await effectOf(add({}, orderOf(1)))).toBe('unknown');
		expect(panel.calls).toEqual(['add id-0', 'add id-1']);
	});

	it('say in the refusal what the balance was', async () => {
		const add = sender(panelOf([uncollected()], ['10.00']), { balance: '10.00' });
		await expect(add({}, orderOf(0))).rejects.toThrow(
			'Wrong moon phase; the balance was 10.00 before and after',
		);
	});

	it.each([
		['the balance has moved', { balance: '10.00' }, ['9.75'], orderOf(0)],
		['the balance cannot be read', { balance: '10.00' }, [], orderOf(0)],
		['others are under way', { balance: '10.00', alone: false }, ['10.00'], orderOf(0)],
		['nobody knows the price', { balance: '10.00' }, ['10.00'], orderOf(0, { charge: null })],
		['panels price it differently', { balance: '10.00' }, ['10.00'], orderOf(0, { isPriceUncertain: true })],
		[
			'the balance would not show the charge',
			{ balance: '10.00' },
			['10.00'],
			orderOf(0, { charge: '0.001' }),
		],
	])('prove nothing where %s', async (_, more, balances, order) => {
		expect(await effectOf(sender(panelOf([uncollected()], balances), more)({}, order))).toBe('unknown');
	});

	it('prove nothing with a balance from before an earlier answer', async () => {
		const panel = panelOf(['1', uncollected()], ['10.00']);
		const add = sender(panel, { balance: '10.00' });
		expect(await effectOf(add({}, orderOf(0)))).toBe('placed');
		expect(await effectOf(add({}, orderOf(1)))).toBe('unknown');
	});

	it('cost no request where the words are collected', async () => {
		const link = new PanelError('Bad link', { family: 'link', effect: 'none', action: 'add' });
		const panel = panelOf([link, '2'], []);
		const add = sender(panel);
		expect(await effectOf(add({}, orderOf(0)))).toBe('none');
		expect(await effectOf(add({}, orderOf(1)))).toBe('placed');
		expect(panel.calls).toEqual(['add id-0', 'add id-1']);
	});
});
