import { readItemOptions, readRunOptions } from '../../../nodes/SmmPanel/actions/order/placing/input';
import { needsCatalogue, planOrders } from '../../../nodes/SmmPanel/actions/order/placing/plan';
import { success } from '../../../nodes/SmmPanel/shared/result';
import { catalogueOf, inputOf, LIKES } from './orders.cts';

const RULES = { checkBalance: false, maxTotalCharge: undefined, maxPerDay: undefined, validate: true };
const PANEL = catalogueOf(LIKES, { ...LIKES, service: 8, type: 'Subscriptions' });
const planned = (input: Parameters<typeof planOrders>[0][number], rules = {}, panel = PANEL) =>
	planOrders([input], { ...RULES, ...rules }, panel)[0];

describe('planning an order', () => {
	it('refuses an order above its own limit, and one of which nobody knows the price', () => {
		const limited = (maxCharge: unknown) => ({ options: readItemOptions({ maxCharge }) });
		expect(planned(inputOf(0, limited(0.24)))?.problems).toEqual([
			'The charge of 0.25 is more than Max Charge per Order (0.24)',
		]);
		expect(planned(inputOf(0, limited(0.25)))?.problems).toEqual([]);
		const subscription = {
			service: success('8'),
			values: { username: 'x', min: 10, max: 20, delay: 0 },
		};
		const unpriced = planned(inputOf(0, { ...subscription, ...limited(5) }));
		expect(unpriced?.problems[0]).toMatch(/cannot be known before/);
		expect(planned(inputOf(0, subscription))?.problems).toEqual([]);
		expect(planned(inputOf(0, subscription), { maxTotalCharge: '5' })?.problems[0]).toMatch(
			/cannot be known/,
		);
		expect(planned(inputOf(0, subscription), { checkBalance: true })?.problems[0]).toMatch(/cannot be known/);
	});

	it('keeps a limit that was asked for and cannot be read from being no limit', () => {
		for (const maxCharge of ['', null, 'a lot', '1,5', {}]) {
			const plan = planned(inputOf(0, { options: readItemOptions({ maxCharge }) }));
			expect(plan?.problems.join()).toMatch(/'Max Charge per Order' is not an amount/);
		}
	});

	it('guesses no limit that cannot be read, and says so', () => {
		const panel = catalogueOf({ ...LIKES, min: '1.000', max: 'ask support' });
		const plan = planned(inputOf(0), {}, panel);
		expect(plan).toMatchObject({ problems: [], limits: 'not checked: max "ask support"' });
		expect(planned(inputOf(0))).not.toHaveProperty('limits');
	});

	it('says where nobody can tell whether a service allows drip-feed', () => {
		const { dripfeed: _, ...silent } = LIKES;
		const runs = inputOf(0, { values: { link: 'https://a.example/1', quantity: 100, runs: 2, interval: 5 } });
		const limits = 'not checked: drip-feed, since the list tells of no service whether it allows it';
		expect(planned(runs, {}, catalogueOf(silent))).toMatchObject({ problems: [], limits });
		expect(planned(runs)).not.toHaveProperty('limits');
	});

	it('says of an item that cannot be read what n8n said', () => {
		expect(planned({ item: 0, unreadable: 'Referenced node is unexecuted' })?.problems).toEqual([
			'Referenced node is unexecuted',
		]);
	});

	it('lets one key stand for one order in a run: another order with it is wrong, the same is a repeat', () => {
		const keyed = (item: number, link: string) =>
			inputOf(item, { values: { link, quantity: 100 }, options: readItemOptions({ idempotencyKey: 'k' }) });
		const inputs = [
			keyed(0, 'https://a.example/1'),
			keyed(1, 'https://a.example/2'),
			keyed(2, ' https://a.example/1'),
		];
		const plan = planOrders(inputs, RULES, PANEL);
		expect(plan.map(({ problems }) => problems.join())).toEqual([
			'',
			'Idempotency Key "k" is that of item 0 already, which is another order: give each order a key of its own',
			'',
		]);
	});

	it.each([
		['for a check', RULES, inputOf(0), true],
		['for nothing', { ...RULES, validate: false }, inputOf(0), false],
		['for the balance', { ...RULES, validate: false, checkBalance: true }, inputOf(0), true],
		['for the total', { ...RULES, validate: false, maxTotalCharge: '1' }, inputOf(0), true],
		[
			'for one item’s limit',
			{ ...RULES, validate: false },
			inputOf(0, { options: readItemOptions({ maxCharge: 1 }) }),
			true,
		],
	])('needs the service list %s', (_, rules, input, needed) => {
		expect(needsCatalogue([input], rules)).toBe(needed);
	});
});

describe('options of an order', () => {
	it.each([[''], [null], [undefined], [' '], [{}], [[1]], [true], [NaN]])(
		'refuse the key %p',
		(idempotencyKey) => {
			const { problems } = readItemOptions({ idempotencyKey });
			expect(problems.join()).toMatch(/Idempotency Key is (empty|neither text nor number)/);
		},
	);

	it('take extra fields as the form gives them, and name what is none', () => {
		const field = [{ name: 'coupon', value: 'X' }];
		expect(readItemOptions({ extraFields: { field } })).toMatchObject({
			extra: { coupon: 'X' },
			problems: [],
		});
		expect(readItemOptions({ extraFields: { field: ['coupon'] } }).problems.join()).toMatch(/without a name/);
		expect(readItemOptions({ extraFields: 'coupon=X' }).problems.join()).toMatch(/without a name/);
	});
});

describe('options of a run', () => {
	it.each([[0], [-1], ['soon'], [{}]])('refuse a time-out of %p', (timeout) => {
		const options = readRunOptions({ timeout });
		expect(!options.ok && options.problem.message).toMatch(
			/'Timeout \(Seconds\)' is not a number of at least 1/,
		);
	});

	it.each([
		['validateAgainstService', 'maybe'],
		['checkBalance', {}],
		['maxTotalCharge', ''],
		['concurrency', 'many'],
	])('refuse %s: %p instead of running without it', (name, value) => {
		expect(readRunOptions({ [name]: value }).ok).toBe(false);
	});
});
