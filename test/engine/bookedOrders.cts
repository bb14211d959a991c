/** A panel and an order book in which its orders stand: what the tests of existing orders share. */
import type { IDataObject } from 'n8n-workflow';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { panelRuns, type PanelRun } from './panelRun.cts';

/** A panel and a book for each test. */
export function bookedOrders(): BookedOrders {
	const panels = panelRuns();
	const there = new BookedOrders();
	beforeEach(async () => {
		there.stand = await panels.panelRun();
		there.takeBook(new TestBook({ table: true }));
	});
	afterAll(panels.stopAll);
	return there;
}

export class BookedOrders {
	stand!: PanelRun;
	book!: TestBook;
	workflowId = '';

	/** For a workflow that has not looked for the book yet. */
	takeBook(book: TestBook): void {
		this.book = book;
		this.workflowId = ownWorkflow();
	}

	/** The cells by which rows are of this panel and account. */
	get here() {
		const { host } = new URL(this.stand.panel.url);
		return { panel: host, account: host };
	}

	async run(resource: string, operation: string, parameters: IDataObject = {}, more = {}) {
		const { book, workflowId } = this;
		return await this.stand.run(resource, operation, parameters, { book, workflowId, ...more });
	}

	async getStatus(orderIds: string[]) {
		return await this.run('order', 'getStatus', { orderIds: orderIds.join() });
	}

	/** Orders of the panel that stand in the book. */
	booked(count: number, status = 'Pending', cells: IDataObject = {}): string[] {
		const ids = this.stand.panel.seedOrders({ count, status });
		this.book.add(
			...ids.map((order) => ({
				...this.here,
				state: 'placed' as const,
				order,
				placedAt: new Date().toISOString(),
				userKey: `key of ${order}`,
				...cells,
			})),
		);
		return ids;
	}

	rowOf(order: string) {
		return this.book.rows().find((row) => row.order === order);
	}
}
