import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '../panel/random.cts';
import { createRun, linesOf, SHAPES, type Line, type RunOptions } from './bookRuns.cts';
import { LINK } from './orders.cts';
import { postgresSettings } from './queueFixture.cts';
import { startPostgres, type Server } from './servers.cts';
import { CATALOGUE } from './services.cts';
import { withN8n } from './n8nFixture.cts';

/**
 * What is interrupted at a random moment and retried, with rows that have shifted meanwhile, pays nothing twice, loses
 * nothing and tells no order under another's ID. `npm run test:proof`: twenty rounds of each kind instead of one,
 * `SMM_PROOF_DB=postgres` on PostgreSQL, `SMM_SEED` repeats a run. A round is two runs at once, one of them eightfold.
 */

const ROUNDS = Number(process.env.SMM_PROOF_ROUNDS ?? 1);
const SEED = process.env.SMM_SEED ?? String(Date.now() % 1_000_000);
const ORDERS = 60;
const KINDS = ['time-out', 'Stop', 'SIGKILL', 'lost reply'] as const;
type Kind = (typeof KINDS)[number];
type Run = Awaited<ReturnType<typeof createRun>>;

const env: Record<string, string> = {};
let database: Server | undefined;
if (process.env.SMM_PROOF_DB === 'postgres') {
	beforeAll(async () => {
		database = await startPostgres();
		Object.assign(env, postgresSettings(database.port));
	}, 60_000);
}
const stand = withN8n({ env, panel: { lives: { kind: 'still' }, latencyMs: 25, balance: '1000000' } });
beforeAll(() => stand.panel.setCatalogue(CATALOGUE));
afterAll(async () => await database?.stop());

const zero = { runs: 0, amid: 0, paid: 0, twice: 0, lost: 0, wrongId: 0, waiting: 0, unknown: 0, told: 0 };
const figures: Partial<Record<Kind, typeof zero>> = {};
afterAll(() => process.stdout.write(`${JSON.stringify({ proof: { seed: SEED, ...figures } })}\n`));

function shuffled<T>(list: readonly T[], random: Random): T[] {
	return list
		.map((value) => ({ value, at: random.next() }))
		.sort((a, b) => a.at - b.at)
		.map(({ value }) => value);
}

/** What becomes of a source that is read anew: a first line more, one less, another order, another quantity. */
const SHIFTS: Array<(lines: Line[], random: Random, fresh: string) => Line[]> = [
	(lines, random, fresh) => [
		{ link: random.chance(0.5) ? fresh : random.pick(lines).link, quantity: 500 },
		...lines,
	],
	(lines, random) => lines.toSpliced(random.whole(0, lines.length - 1), 1),
	(lines, random) => shuffled(lines, random),
	(lines, random) => {
		const at = random.whole(0, lines.length - 1);
		return lines.with(at, { ...((random.chance(0.5) && lines[at]) || random.pick(lines)), quantity: 700 });
	},
];

async function interrupt(kind: Kind, runs: Run[], random: Random): Promise<void> {
	const moment = async (run: Run) => {
		const id = await run.start(random.whole(1, ORDERS - 1));
		await sleep(random.whole(0, 80));
		return id;
	};
	if (kind === 'SIGKILL') {
		const [one, other] = shuffled(runs, random) as [Run, Run];
		await other.start(1);
		await moment(one);
		await stand.n8n.kill();
		await stand.restart();
	} else if (kind === 'Stop') {
		// What has just ended cannot be stopped
		const stop = async (run: Run) => await stand.api.stopExecution(await moment(run)).catch(() => undefined);
		await Promise.all(runs.map(stop));
	} else await Promise.all(runs.map(async (run) => await run.start(0)));
}

/** Retries of the original, of the retry, both at once, and then of any of them with rows that have shifted. */
async function retryAll({ run, lines, options }: Begun, random: Random): Promise<void> {
	const original = await run.settled();
	const ids = [original, await run.retry(original)];
	ids.push(await run.retry(ids.at(-1) ?? ''));
	await Promise.all([run.retry(original), run.retry(random.pick(ids))]);
	// A round of a loop goes on where it was, and a sub-workflow is called as it was published
	if (options.shape === 'loop' || options.shape === 'child') return;
	let now = lines;
	for (const [at, shift] of shuffled(SHIFTS, random).slice(0, 2).entries()) {
		const link = `${LINK}/${options.name}/new-${at}`;
		now = shift(now, random, link);
		// A stopped run goes on with the items it had
		while (now.length < ORDERS) now = [...now, { link, quantity: 200 }];
		await run.change(now);
		ids.push(await run.retry(random.pick(ids)));
	}
}

interface Begun {
	run: Run;
	lines: Line[];
	options: RunOptions;
}

async function begin(kind: Kind, round: number, concurrency: number, random: Random): Promise<Begun> {
	const name = `${kind.replace(' ', '-')}-${round}-${concurrency}`;
	const lines = linesOf(name, ORDERS);
	const turn = KINDS.indexOf(kind) + round + (concurrency > 1 ? 1 : 0);
	const options: RunOptions = {
		name,
		shape: SHAPES[turn % SHAPES.length] ?? 'items',
		concurrency,
		...(kind === 'time-out' && { timeOut: random.whole(10, concurrency > 1 ? 60 : 150) / 10 }),
		...(random.chance(0.7) && { extras: { onError: 'continueRegularOutput' } }),
	};
	const { link } = random.pick(lines);
	if (kind === 'lost reply') stand.panel.inject({ action: 'add', kind: 'dropAfter', fields: { link } });
	return { run: await createRun(stand, lines, options), lines, options };
}

function note(kind: Kind, amid: number, judged: Awaited<ReturnType<Run['judged']>>): void {
	const sum = (figures[kind] ??= { ...zero });
	sum.runs++;
	if (amid > 0 && amid < ORDERS) sum.amid++;
	sum.paid += judged.paid;
	sum.told += judged.told;
	for (const name of ['twice', 'lost', 'wrongId', 'waiting', 'unknown'] as const)
		sum[name] += judged[name].length;
}

const rounds = KINDS.flatMap((kind) => Array.from({ length: ROUNDS }, (_, at) => [kind, at] as const));

test.each(rounds)(
	`%s, round %s (seed ${SEED}): nothing is paid twice, lost, or told under another's ID`,
	async (kind, round) => {
		const random = createRandom(`${SEED} ${kind} ${round}`);
		// Long enough for moments amid a run, with eight at once, too
		stand.panel.configure({ latencyMs: kind === 'time-out' ? 250 : 80 });
		const begun = [await begin(kind, round, 1, random), await begin(kind, round, 8, random)];
		const runs = begun.map(({ run }) => run);
		await interrupt(kind, runs, random);
		const amid = await Promise.all(
			begun.map(async (each) => {
				await each.run.settled();
				const sent = each.run.paid().length;
				await retryAll(each, random);
				return sent;
			}),
		);
		// n8n gives rows page by page: what another run deletes meanwhile would hide some
		const judged = [];
		for (const [at, run] of runs.entries()) {
			const found = await run.judged();
			note(kind, amid[at] ?? 0, found);
			const { twice, lost, wrongId, waiting } = found;
			judged.push({ twice, lost, wrongId, waiting });
		}
		const nothing = { twice: [], lost: [], wrongId: [], waiting: [] };
		expect(judged).toEqual([nothing, nothing]);
	},
	600_000,
);
