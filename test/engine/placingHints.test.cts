/** What people read of placed orders: above the output what it cost, what would repeat it, where to look; in items and book the rest. */
import { hintsOf } from './engine.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { link, panel, panelForEach, place, rows, type Placing } from './placing.cts';

panelForEach({ rate: '0.583' });
let node: Placing;
beforeEach(() => {
	const fields = { link: '={{ $json.link }}', quantity: 100 };
	const book = new TestBook({ table: true });
	node = { service: 1, fields, items: rows(1), mode: 'manual', workflowId: ownWorkflow(), book };
});

const GOES_ON = { onError: 'continueRegularOutput' } as const;
const hints = async (more: Placing = {}) => {
	const { workflow, error } = await place(panel, { ...node, ...more });
	expect(error).toBeUndefined();
	return hintsOf(workflow);
};

test('what one order costs, and that the step would place it again', async () => {
	const expected = ['1 order placed for 0.0583 USD. Running this again places it again: pin this output.'];
	expect(await hints()).toEqual(expected);
	expect(await hints()).toEqual(expected);
	expect(panel.orders()).toHaveLength(2);
});

test('that idempotency keys keep an order from being placed again', async () => {
	const options = { idempotencyKey: 'row 7' };
	expect(await hints({ options })).toEqual([
		'1 order placed for 0.0583 USD. Nothing is placed twice as long as the idempotency keys stay the same.',
	]);
	expect(await hints({ options })).toEqual([]);
	expect(panel.orders()).toHaveLength(1);
});

test('how much of a limit is spent, with what may have been', async () => {
	panel.inject({ action: 'add', kind: 'dropAfter', fields: { link: link(1) } });
	const [placed, unknown] = await hints({ items: rows(2), options: { maxTotalCharge: 5 }, ...GOES_ON });
	expect(placed).toContain('This run has taken 0.1166 of Max Total Charge (5).');
	expect(unknown?.replace(/\(row \d+\)/, '(row 7)')).toBe(
		"The outcome of 1 order is unknown (row 7): placed and paid, perhaps, and not sent again. Look in the panel; 'Reconcile' searches for such orders, and with 'Resolve' you say what you have found.",
	);
});

test('where the orders are recorded, once: when the table is made', async () => {
	const book = new TestBook();
	const first = await hints({ book });
	expect(first).toHaveLength(2);
	expect(first[0]).toContain("'SMM Panel Orders', which members of this project can read");
	expect(await hints({ book })).toHaveLength(1);
});

test('nothing of a run that places nothing', async () => {
	panel.inject({ action: 'add', kind: 'error', text: 'Bad link' });
	expect(await hints(GOES_ON)).toEqual([]);
	expect(await hints({ operation: 'quote' })).toEqual([]);
});

test('how many orders of a quote can be placed, and why another cannot', async () => {
	const quoted = async (...quantities: number[]) =>
		await hints({
			operation: 'quote',
			fields: { link: link(1), quantity: '={{ $json.quantity }}' },
			items: quantities.map((quantity) => ({ quantity })),
		});
	const why = 'Quantity 2000: service 1 allows 1 to 1000';
	expect(await quoted(2000)).toEqual([`No order can be placed as stated: ${why}`]);
	expect(await quoted(10, 2000, 3000)).toEqual([
		`1 of 3 orders can be placed as stated: 'problem' in the output says why not, such as: ${why}`,
	]);
});

test('an order comes out, and stands in the book, with reference, name, estimate and currency', async () => {
	const book = new TestBook();
	panel.changeService(1, { name: 'Followers', rate: '2' });
	const items = [{ service: '1', link: link(1), quantity: 500, customer: 'Ada' }];
	const options = { reference: '={{ $json.customer }}' };
	const run = await place(panel, { items, options, book, workflowId: ownWorkflow() });
	const named = { reference: 'Ada', serviceName: 'Followers' };
	expect(run.items[0]?.json).toMatchObject({ ...named, charge: 1, currency: 'USD' });
	expect(book.rows()).toMatchObject([
		{ ...named, estimate: 1, charge: null, currency: 'USD', state: 'placed' },
	]);
	expect(hintsOf(run.workflow).join(' ')).toContain('1 order placed for 1 USD.');
});
