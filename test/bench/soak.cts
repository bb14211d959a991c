import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRandom, type Random } from '../panel/random.cts';
import { jsonOf } from '../sandbox/executions.cts';
import { Problem, runMain } from '../sandbox/problem.cts';
import { say, step } from '../sandbox/progress.cts';
import type { Stand } from '../sandbox/stand.cts';
import { machine, markdown, writeMeasured } from './report.cts';
import { trend, watch, type Life, type Sample } from './soakSamples.cts';
import { armFaults, createWorkflows, openWorld, TRIGGER, WEBHOOK } from './soakWorld.cts';

/** `npm run soak`: half an hour of real n8n with faults and power cuts, and the panel's books at the end. */

const HELP = `Runs n8n with triggers and placements, faults on a tenth of all requests, and kills it three times.

  --minutes N   how long (30)
  --seed TEXT   of everything random (soak)
  --write       put the result into docs/measurements.md
`;

const KILLS = 3;
/** n8n polls every minute; a poll that still waits for an answer lets one go by. */
const LAST_POLLS_MS = 130_000;
const EVERY_MS = 1_200;

interface Verdict {
	what: string;
	found: string;
	pass: boolean;
}

/** In the first half, so that the last life is long enough to see a trend. */
function killTimes(minutes: number, random: Random): number[] {
	const part = (minutes * 60_000) / (2 * KILLS);
	return Array.from({ length: KILLS }, (_, index) => part * (index + 0.7 + 0.3 * random.next()));
}

/** Calls the webhook with up to four rows at a time, some of which were sent before, until it is told to end. */
function startLoad(world: Stand, random: Random, services: number[]) {
	const sent: string[] = [];
	let paused: Promise<void> | undefined;
	let ended = false;
	const row = () => {
		if (sent.length > 0 && random.chance(0.2)) return random.pick(sent);
		const link = `https://example.com/p/row-${sent.length}`;
		sent.push(link);
		return link;
	};
	const work = (async () => {
		while (!ended) {
			await sleep(EVERY_MS * (0.5 + random.next()));
			await paused;
			const links = new Set(Array.from({ length: random.whole(1, 4) }, row));
			const rows = [...links].map((link) => ({ link, service: services[link.length % services.length] }));
			await Promise.resolve()
				.then(async () => await world.api.webhook(WEBHOOK, { rows }))
				.catch(() => undefined);
			const { panel } = world;
			if (random.chance(0.05)) panel.changeService(random.pick(services), { min: random.whole(1, 50) });
			if (random.chance(0.05)) panel.setBalance(random.chance(0.5) ? 900 : 1_000_000);
		}
	})();
	return {
		sent,
		pauseFor: (until: Promise<void>) => void (paused = until.catch(() => undefined)),
		async end() {
			ended = true;
			await work;
		},
	};
}

function held(lives: Life[], after: Sample): Verdict[] {
	const last = lives.at(-1) as Life;
	const before = last.before as Sample;
	const figures = [
		['memory of n8n (RSS) after the last start, without its first third', trend(last, 'rssMb', 'MB')],
		['its heap', trend(last, 'heapMb', 'MB')],
		['its file handles', trend(last, 'handles')],
	] as const;
	return [
		...figures.map(([what, { text, flat }]) => ({ what, found: text, pass: flat })),
		{
			what: 'at rest at the end, beside the rest before the first order of that start',
			found: `${after.handles} file handles (${before.handles}), ${after.timers} timers (${before.timers})`,
			pass: after.handles <= before.handles + 5 && after.timers <= before.timers + 5,
		},
	];
}

const named = (list: string[]) =>
	list.length === 0 ? '0' : `${list.length}: ${list.slice(0, 5).join('; ')}`;

/** The panel's books beside the order book and what the trigger on it has fired. */
async function booked({ panel, api }: Stand, workflowId: string): Promise<Verdict[]> {
	const orders = panel.orders();
	const rows = await api.rowsOf('SMM Panel Orders');
	const ids = new Set(rows.map(({ order }) => String(order)));
	const open = new Set(rows.filter(({ state }) => state !== 'placed').map(({ link }) => link));
	const lost = orders.filter(({ id, fields }) => !ids.has(id) && !open.has(fields.link ?? ''));
	const links = orders.map(({ fields }) => fields.link ?? '');
	const twice = links.filter((link, at) => links.indexOf(link) !== at);
	const fired = new Map<string, string[]>();
	for (const { id } of (await api.executions(workflowId, 10_000)).reverse()) {
		for (const { order, status } of jsonOf(await api.execution(id), TRIGGER))
			fired.set(String(order), [...(fired.get(String(order)) ?? []), String(status)]);
	}
	const wrong = orders.filter(({ id, told }) => {
		const changes = told.filter((status, at) => at > 0 || status !== 'Pending');
		return ids.has(id) && changes.join() !== (fired.get(id) ?? []).join();
	});
	return [
		{
			what: 'orders in the panel’s books that are in the order book, by their ID or as unknown',
			found: `${orders.length} orders, ${open.size} rows open; lost ${named(lost.map(({ id }) => id))}`,
			pass: lost.length === 0 && orders.length > 0,
		},
		{
			what: 'idempotency keys with more than one order',
			found: named(twice),
			pass: twice.length === 0,
		},
		{
			what: 'orders whose changes, as the panel told them, did not fire once each and in their order',
			found: `${named(wrong.map(({ id }) => id))} of ${fired.size}`,
			pass: wrong.length === 0 && fired.size > 0,
		},
	];
}

async function soak(minutes: number, seed: string): Promise<Verdict[]> {
	const random = createRandom(`soak ${seed}`);
	const world = {} as Stand;
	const samples = watch(world);
	try {
		await step('Packing the package and starting n8n', async () => await openWorld(seed, world));
		const { panel } = world;
		const services = panel
			.services()
			.filter(({ type }) => type === 'Default')
			.map(({ id }) => id);
		armFaults(world, seed);
		const workflowId = await createWorkflows(world);
		await samples.begin();
		const load = startLoad(world, random, services);
		const from = Date.now();
		for (const at of killTimes(minutes, random)) {
			await sleep(Math.max(0, from + at - Date.now()));
			say(`  ${load.sent.length} rows sent; n8n is killed and started again`);
			samples.pause();
			await world.n8n.kill();
			const started = world.restart();
			load.pauseFor(started);
			await started;
			await samples.begin();
		}
		await step('Going on', async () => await sleep(Math.max(0, from + minutes * 60_000 - Date.now())));
		samples.pause();
		panel.clearFaults();
		await load.end();
		panel.configure({ speed: 0 });
		await step('Waiting for the last polls', async () => await sleep(LAST_POLLS_MS));
		return [...held(samples.lives, await samples.rest()), ...(await booked(world, workflowId))];
	} finally {
		samples.end();
		await world.stop?.();
	}
}

async function main(): Promise<void> {
	const text = { type: 'string' } as const;
	const flag = { type: 'boolean', default: false } as const;
	const { values } = parseArgs({ options: { minutes: text, seed: text, write: flag, help: flag } });
	if (values.help) return console.log(HELP);
	const minutes = Number(values.minutes ?? 30);
	const seed = values.seed ?? 'soak';
	if (!(minutes >= 2)) throw new Problem(`--minutes needs a number of at least 2, not "${values.minutes}".`);
	if (!existsSync('/proc/self/fd')) throw new Problem('The endurance run reads /proc: it needs Linux.');
	const verdicts = await soak(minutes, seed);
	const lines = verdicts.map(({ what, found, pass }) => [
		what,
		found,
		pass ? 'pass' : '**not as it should be**',
	]);
	const heading = `${minutes} minutes on ${machine()}: active triggers, orders placed through a webhook, faults on a tenth of all requests, n8n killed and started again ${KILLS} times; seed \`${seed}\`.`;
	const told = `${heading}\n\n${markdown(['what', 'found', ''], lines)}`;
	console.log(`\n${told}`);
	if (values.write) writeMeasured('soak', told);
	if (verdicts.some(({ pass }) => !pass)) process.exitCode = 1;
}

runMain(main);
