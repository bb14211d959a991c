import { setTimeout as sleep } from 'node:timers/promises';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createRandom } from '../panel/random.cts';
import { Problem, runMain } from '../sandbox/problem.cts';
import { say, step } from '../sandbox/progress.cts';
import { machine } from './machine.cts';
import { markdown, writeMeasured } from './report.cts';
import { startChanges, startLoad } from './soakLoad.cts';
import { watch } from './soakSamples.cts';
import { judge, type Verdict } from './soakVerdict.cts';
import { createWorkflows } from './soakWorkflows.cts';
import { armFaults, createSoakWorld } from './soakWorld.cts';

/** `npm run soak`: half an hour of real n8n with faults and power cuts, and the panel's books at the end. */

const HELP = `Runs n8n with five triggers and placements, faults on a tenth of all requests, and kills it three times.

  --minutes N   how long (30)
  --seed TEXT   of everything random (soak)
  --write       put the result into docs/measurements.md
`;

const KILLS = 3;
const WATCHED = 300;
/** n8n polls every minute; a poll that still waits for an answer lets one go by. */
const LAST_POLLS_MS = 130_000;

function readFlags() {
	const text = { type: 'string' } as const;
	const flag = { type: 'boolean', default: false } as const;
	const { values } = parseArgs({ options: { minutes: text, seed: text, write: flag, help: flag } });
	const minutes = Number(values.minutes ?? 30);
	if (!(minutes >= 2)) throw new Problem(`--minutes needs a number of at least 2, not "${values.minutes}".`);
	return { minutes, seed: values.seed ?? 'soak', write: values.write, help: values.help };
}

/** In the first half, so that the last life is long enough to see a trend. */
function killTimes(minutes: number, seed: string): number[] {
	const random = createRandom(`kills ${seed}`);
	const part = (minutes * 60_000) / (2 * KILLS);
	return Array.from({ length: KILLS }, (_, index) => part * (index + 0.7 + 0.3 * random.next()));
}

async function soak(minutes: number, seed: string): Promise<Verdict[]> {
	const world = await createSoakWorld(seed);
	const samples = watch(world);
	try {
		await step('Starting n8n', world.start);
		const services = (await world.panel.control.services())
			.filter(({ type }) => type === 'Default')
			.map(({ id }) => id);
		const orders = await world.panel.control.seedOrders({ count: WATCHED }, 'table');
		await armFaults(world, seed);
		const workflows = await step(
			'Activating five triggers and the webhook',
			async () => await createWorkflows(world, orders),
		);
		const stopChanges = startChanges(world, seed);
		await samples.begin();
		const load = startLoad(world, seed, services);
		const from = Date.now();
		for (const at of killTimes(minutes, seed)) {
			await sleep(Math.max(0, from + at - Date.now()));
			say(`  ${load.sent.size} rows sent; n8n is killed and started again`);
			samples.pause();
			await world.kill();
			const paused = load.pause();
			await world.start();
			await paused;
			await samples.begin();
			load.resume();
		}
		await step('Going on', async () => await sleep(Math.max(0, from + minutes * 60_000 - Date.now())));
		samples.pause();
		await world.panel.control.clearFaults();
		await stopChanges();
		await load.end();
		await world.panel.control.configure({ speed: 0 });
		await step('Waiting for the last polls', async () => await sleep(LAST_POLLS_MS));
		const after = await samples.rest();
		return await judge({ world, workflows, load, lives: samples.lives, after, watched: new Set(orders) });
	} finally {
		samples.end();
		await world.stop();
	}
}

async function main(): Promise<void> {
	const { minutes, seed, write, help } = readFlags();
	if (help) return console.log(HELP);
	if (!existsSync('/proc/self/fd')) throw new Problem('The endurance run reads /proc: it needs Linux.');
	const verdicts = await soak(minutes, seed);
	const lines = verdicts.map(({ what, found, pass }) => [
		what,
		found,
		pass ? 'pass' : '**not as it should be**',
	]);
	const heading = `${minutes} minutes on ${machine()}: five active triggers, orders placed through a webhook, faults on a tenth of all requests, n8n killed and started again ${KILLS} times; seed \`${seed}\`.`;
	const text = `${heading}\n\n${markdown(['what', 'found', ''], lines)}`;
	console.log(`\n${text}`);
	if (write) writeMeasured('soak', text);
	if (verdicts.some(({ pass }) => !pass)) process.exitCode = 1;
}

runMain(main);
