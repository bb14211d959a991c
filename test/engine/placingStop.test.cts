/** Stop: the answer that is under way is waited for, and recorded. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startPanel } from '../panel/server.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { adds, rows, startPlacing } from './placing.cts';

test('an order that is on its way when somebody presses Stop stands in the book with its ID', async () => {
	const panel = await startPanel({ services: 1, latencyMs: 400, lives: { kind: 'still' } });
	panel.changeService(1, { type: 'Default', min: 1, max: 1000 });
	const book = new TestBook();
	const started = startPlacing(panel, {
		items: rows(5),
		options: { validateAgainstService: false },
		book,
		workflowId: ownWorkflow(),
	});
	while (adds(panel).length === 0) await sleep(10);
	started.cancel();
	await started.finished.catch(() => undefined);
	while (book.rows().some(({ state }) => state !== 'placed')) await sleep(20);
	expect(panel.orders()).toHaveLength(1);
	expect(book.rows()).toMatchObject([{ state: 'placed', order: panel.orders()[0]?.id }]);
	await panel.stop();
});
