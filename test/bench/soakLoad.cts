/** What goes on during the endurance run: rows to be placed, and a panel whose figures change. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';
import { createRandom, type Random } from '../panel/random.cts';
import { THRESHOLD, WEBHOOK } from './soakWorkflows.cts';
import type { World } from './soakWorld.cts';

export interface Load {
	/** Sends nothing until `resume`; resolves when nothing is under way any more. */
	pause(): Promise<void>;
	resume(): void;
	/** Every row that was ever sent. */
	sent: Set<string>;
	/** Rows sent when a reply did not come: nobody knows yet. */
	open(): string[];
	end(): Promise<void>;
}

const AT_ONCE = 2;
const EVERY_MS = 1_200;

export const linkOf = (row: string): string => `https://example.com/p/${row}`;
export const rowOf = (link: unknown): string => String(link).replace('https://example.com/p/', '');

/** Resolves with the items that came out for these rows; none: no reply that could be read. */
async function answersOf(world: World, rows: string[], services: number[]): Promise<IDataObject[]> {
	const body = rows.map((row) => ({
		row,
		link: linkOf(row),
		quantity: 100,
		service: services[Number(row.slice(4)) % services.length],
	}));
	return await world
		.api()
		.webhook(WEBHOOK, { rows: body })
		.then(async (response) => (response.ok ? ((await response.json()) as IDataObject[]) : []))
		.catch(() => []);
}

interface Rows {
	waiting: string[];
	done: string[];
	add(): string;
}

/** Rows whose outcome is not known, or that were refused, go first; some that are done are sent once more. */
function pickRows(random: Random, { waiting, done, add }: Rows): string[] {
	const picked = Array.from({ length: random.whole(1, 4) }, () => {
		if (waiting.length > 0 && random.chance(0.7)) return waiting.shift() as string;
		if (done.length > 0 && random.chance(0.05)) return random.pick(done);
		return add();
	});
	return [...new Set(picked)];
}

export function startLoad(world: World, seed: string, services: number[]): Load {
	const random = createRandom(`soak ${seed}`);
	const sent = new Set<string>();
	const waiting: string[] = [];
	const done: string[] = [];
	let next = 1;
	let state: 'running' | 'paused' | 'ended' = 'running';
	let underWay = 0;

	async function send(rows: string[]): Promise<void> {
		for (const row of rows) sent.add(row);
		const answered = await answersOf(world, rows, services);
		for (const row of rows) {
			const item = answered.find(({ link }) => rowOf(link) === row);
			const again = item === undefined || (item.error !== undefined && item.outcome !== 'unknown');
			(again ? waiting : done).push(row);
		}
	}

	async function worker(): Promise<void> {
		while (state !== 'ended') {
			await sleep(EVERY_MS * (0.5 + random.next()));
			if (state !== 'running') continue;
			underWay++;
			await send(pickRows(random, { waiting, done, add: () => `row-${next++}` })).catch(() => {});
			underWay--;
		}
	}

	const workers = Array.from({ length: AT_ONCE }, worker);
	const pause = async () => {
		state = 'paused';
		for (const from = Date.now(); underWay > 0 && Date.now() - from < 60_000; ) await sleep(50);
	};
	return {
		sent,
		pause,
		resume: () => void (state = 'running'),
		open: () => waiting,
		async end() {
			await pause();
			for (let round = 0; waiting.length > 0 && round < 20; round++)
				await send([...new Set(waiting.splice(0))]);
			state = 'ended';
			await Promise.all(workers);
		},
	};
}

/** Balance, prices and refills change now and then; returns what stops it. */
export function startChanges(world: World, seed: string): () => Promise<void> {
	const random = createRandom(`changes ${seed}`);
	const { control } = world.panel;
	let ended = false;
	const every = async (ms: number, change: () => Promise<unknown>) => {
		while (!ended) {
			await change();
			for (const from = Date.now(); !ended && Date.now() - from < ms; ) await sleep(200);
		}
	};
	const all = [
		every(
			25_000,
			async () => await control.setBalance(random.chance(0.5) ? THRESHOLD / 2 : THRESHOLD * 2, 'balance'),
		),
		every(15_000, async () => await changePrice(world, random)),
		every(20_000, async () => await moreRefills(world)),
	];
	return async () => {
		ended = true;
		await Promise.all(all);
	};
}

const changePrice = async ({ panel: { control } }: World, random: Random) =>
	await control.changeService(random.whole(1, 200), { rate: (1 + random.next() * 9).toFixed(2) });

/** Finished orders of the account whose refills are watched, and a refill of each. */
async function moreRefills({ panel: { control, url } }: World): Promise<void> {
	const service = (await control.services()).find(({ refill }) => refill)?.id;
	const orders = await control.seedOrders({ count: 5, status: 'Completed', service }, 'refills');
	for (const order of orders) {
		const body = new URLSearchParams({ key: 'refills', action: 'refill', order });
		await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(2_000) }).catch(() => {});
	}
}
