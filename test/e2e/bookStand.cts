/** A real n8n with the order book's modules in a node of their own, and a ledger of what they send. */
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import type { BookRow } from '../../nodes/SmmPanel/book/rows';
import { errorOf, jsonOf } from '../sandbox/executions.cts';
import { startN8n, type RunningN8n } from '../sandbox/n8n.cts';
import { manualTrigger, node, workflow } from '../sandbox/workflow.cts';
import type { Script } from './bookProbe.cts';
import { BOOK_PROBE, installBookProbe } from './bookProbePackage.cts';

/** One n8n and one ledger for all tests of a file. */
export function withBook(): BookStand {
	const stand = new BookStand();
	beforeAll(async () => await stand.start(), 300_000);
	afterAll(async () => await stand.stop(), 60_000);
	return stand;
}

export interface CallResult {
	ok: boolean;
	value: Array<Partial<BookRow> & { id: number }>;
}

export class BookStand {
	n8n!: RunningN8n;
	/** Links that the ledger was sent, in order. */
	readonly sent: string[] = [];
	private ledger: Server | undefined;

	async start(): Promise<void> {
		const userFolder = mkdtempSync(join(process.env.SMM_PANEL_E2E_FOLDER ?? '', 'book-'));
		installBookProbe(userFolder);
		this.n8n = await startN8n({ userFolder });
		await this.n8n.api.login();
		const ledger = createServer((request, response) => {
			let body = '';
			request.on('data', (part) => (body += String(part)));
			request.on('end', () => response.end(String(this.sent.push(body))));
		});
		await new Promise<void>((resolve) => ledger.listen(0, '127.0.0.1', resolve));
		this.ledger = ledger;
	}

	async stop(): Promise<void> {
		await this.n8n?.stop();
		this.ledger?.close();
	}

	ledgerUrl(): string {
		return `http://127.0.0.1:${(this.ledger?.address() as AddressInfo).port}/`;
	}

	/** A workflow of its own, which looks for the table itself. */
	async saved(job: unknown, items: IDataObject[] = [{}]) {
		return await this.n8n.api.createWorkflow({
			...workflow('Book', [manualTrigger(), node('Book', BOOK_PROBE, { job: JSON.stringify(job) })]),
			pinData: { Start: items.map((json) => ({ json })) },
		});
	}

	async run(job: unknown, items?: IDataObject[]): Promise<IDataObject[]> {
		const execution = await this.n8n.api.run(await this.saved(job, items));
		expect(errorOf(execution)).toBeUndefined();
		return jsonOf(execution, 'Book');
	}

	async results(calls: Script['calls']): Promise<CallResult[]> {
		const [output] = await this.run({ calls });
		return output?.results as unknown as CallResult[];
	}

	async tables() {
		const { session } = this.n8n.api;
		const { id } = await session.call<{ id: string }>('GET', '/rest/projects/personal');
		const { data } = await session.call<{ data: Array<{ id: string; name: string }> }>(
			'GET',
			`/rest/projects/${id}/data-tables`,
		);
		return data.filter(({ name }) => name === 'SMM Panel Orders');
	}
}
