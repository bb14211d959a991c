/** A panel and an order book between which replies get lost: what the tests of unknown orders share. */
import type { IDataObject } from 'n8n-workflow';
import { startPanel, type DevPanel } from '../panel/server.cts';
import { runNode, type NodeRun } from './engine.cts';
import { ownWorkflow, TestBook } from './orderBook.cts';
import { link, place } from './placing.cts';
import { skippableClock } from './skippableClock.cts';

export const MINUTE = 60_000;

/** A panel and a book for each test. */
export function lostOrders(): LostOrders {
	const lost = new LostOrders();
	beforeEach(async () => await lost.start());
	afterEach(async () => await lost.panel.stop());
	return lost;
}

export class LostOrders {
	/** Moves the clock on. */
	readonly skip = skippableClock();
	panel!: DevPanel;
	book!: TestBook;
	private links = 0;
	private workflowId = '';

	async start(): Promise<void> {
		this.panel = await startPanel({
			speed: 0,
			services: 2,
			balance: '1000000',
			lives: { kind: 'still' },
		});
		this.panel.changeService(1, { type: 'Default', min: 1, max: 100_000, rate: '1' });
		this.panel.addKey({ key: 'another-customer', balance: '1000000' });
		this.book = new TestBook();
		this.workflowId = ownWorkflow();
	}

	/** An order straight at the panel, outside the book. */
	async outside(quantity: number, key = this.panel.key): Promise<string> {
		const body = new URLSearchParams({
			key,
			action: 'add',
			service: '1',
			link: link(0),
			quantity: String(quantity),
		});
		const reply = (await (await fetch(this.panel.url, { method: 'POST', body })).json()) as {
			order: string | number;
		};
		return String(reply.order);
	}

	async ofOthers(count: number): Promise<void> {
		for (let at = 0; at < count; at++) await this.outside(100 + at, 'another-customer');
	}

	async order(quantity: number, fault?: 'dropAfter' | 'dropBefore'): Promise<void> {
		if (fault) this.panel.inject({ action: 'add', kind: fault, times: 1 });
		await place(this.panel, {
			items: [{ service: 1, link: link(++this.links), quantity }],
			workflowId: this.workflowId,
			book: this.book,
			onError: 'continueRegularOutput',
		});
		// Answers come within two minutes: what is further apart has an order
		this.skip(5 * MINUTE);
	}

	async run(operation: string, parameters: IDataObject): Promise<NodeRun> {
		return await runNode({
			credentials: { apiUrl: this.panel.url, apiKey: this.panel.key },
			parameters: { resource: 'order', operation, ...parameters },
			workflowId: this.workflowId,
			book: this.book,
		});
	}

	/** The orders that the panel has of a link. */
	paidFor(text: string) {
		return this.panel.orders().filter(({ fields }) => fields.link === text);
	}

	/** The link of the last order but one. */
	lastButOne(): string {
		return link(this.links - 1);
	}
}
