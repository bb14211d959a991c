/** What people read in the book and in the items: reference, the service's name, what was expected, the currency. */
import { startPanel, type DevPanel } from '../panel/server.cts';
import { NODE } from './engine.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { link, place } from './placing.cts';

let panel: DevPanel;
beforeEach(async () => {
	panel = await startPanel({ services: 1, lives: { kind: 'still' } });
	panel.changeService(1, { type: 'Default', name: 'Followers', rate: '2', min: 1, max: 1000 });
});
afterEach(async () => await panel.stop());

test('an order comes out, and stands in the book, with reference, name, estimate and currency', async () => {
	const book = new TestBook();
	const { items, workflow } = await place(panel, {
		items: [{ service: '1', link: link(1), quantity: 500, customer: 'Ada' }],
		options: { reference: '={{ $json.customer }}' },
		book,
		workflowId: ownWorkflow(),
	});
	const named = { reference: 'Ada', serviceName: 'Followers' };
	expect(items[0]?.json).toMatchObject({ ...named, charge: 1, currency: 'USD' });
	expect(book.rows()).toMatchObject([
		{ ...named, estimate: 1, charge: null, currency: 'USD', state: 'placed' },
	]);
	const { hints = [] } = workflow.run.data.resultData.runData[NODE]?.at(-1) ?? {};
	expect(hints.map(({ message }) => message).join(' ')).toContain('1 order placed for 1 USD.');
});

test('a retry of an execution that began more than 30 days ago sends nothing, and says why', async () => {
	const node = {
		items: [{ service: '1', link: link(1), quantity: 5 }],
		book: new TestBook(),
		workflowId: ownWorkflow(),
	};
	panel.inject({ kind: 'error', text: 'Bad link', action: 'add', times: 1 });
	const first = await place(panel, node);
	const state = JSON.parse(first.state) as { executionData: { runtimeData?: { establishedAt?: number } } };
	const { runtimeData } = state.executionData;
	if (runtimeData) runtimeData.establishedAt = Date.now() - 31 * 24 * 3_600_000;
	const again = await place(panel, { ...node, executionState: JSON.stringify(state), mode: 'retry' });
	expect(again.error?.message).toMatch(/began more than 30 days ago/);
	expect(panel.orders()).toHaveLength(0);
});
