/** What n8n's process holds, looked at every two seconds: memory, file handles, timers. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { times } from './job.cts';
import { median, number, slope } from './stats.cts';
import type { Stand } from '../sandbox/stand.cts';

export interface Sample {
	/** Milliseconds since n8n was started the last time. */
	at: number;
	rssMb: number;
	handles: number;
	timers: number;
	heapMb: number;
}

const FIGURES = ['at', 'rssMb', 'handles', 'timers', 'heapMb'] as const;

export interface Life {
	samples: Sample[];
	/** At rest, before the first order of this life. */
	before?: Sample;
}

const metric = (text: string, name: string): number =>
	Number(new RegExp(`^${name} ([\\d.e+]+)`, 'm').exec(text)?.[1] ?? NaN);

async function look({ n8n: { pid, url } }: Stand, startedAt: number): Promise<Sample> {
	const status = readFileSync(`/proc/${pid}/status`, 'utf8');
	const metrics = await (await fetch(`${url}/metrics`)).text();
	return {
		at: Date.now() - startedAt,
		rssMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
		handles: readdirSync(`/proc/${pid}/fd`).length,
		timers: metric(metrics, 'n8n_nodejs_active_resources\\{type="Timeout"\\}'),
		heapMb: metric(metrics, 'n8n_nodejs_heap_size_used_bytes') / 2 ** 20,
	};
}

const EVERY_MS = 2_000;

export function watch(world: Stand) {
	const lives: Life[] = [];
	let startedAt = 0;
	let looking = false;
	const once = async () => await look(world, startedAt).catch(() => undefined);
	const timer = setInterval(() => {
		if (looking) void once().then((sample) => looking && sample && lives.at(-1)?.samples.push(sample));
	}, EVERY_MS);
	/** At rest: the median of a few looks. */
	const rest = async () => {
		const looks = await times(5, async () => {
			await sleep(500);
			return await once();
		});
		const samples = looks.flatMap((sample) => sample ?? []);
		const of = (name: keyof Sample) => [name, median(samples.map((sample) => sample[name]))] as const;
		return Object.fromEntries(FIGURES.map(of)) as unknown as Sample;
	};
	return {
		lives,
		rest,
		/** A new life begins. */
		async begin() {
			startedAt = Date.now();
			lives.push({ samples: [], before: await rest() });
			looking = true;
		},
		pause: () => void (looking = false),
		end: () => clearInterval(timer),
	};
}

/** How a figure moved over the last life, without its first third. Flat: it gained no more than a twentieth. */
export function trend({ samples }: Life, name: keyof Sample, unit?: string) {
	const warm = samples.slice(Math.floor(samples.length / 3));
	const points = warm.map((sample) => ({ x: sample.at / 60_000, y: sample[name] }));
	const minutes = (points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0);
	const perMinute = slope(points);
	const middle = median(points.map(({ y }) => y));
	const range = `${number(Math.min(...points.map(({ y }) => y)))}–${number(Math.max(...points.map(({ y }) => y)))}`;
	return {
		text: `${number(middle)}${unit ? ` ${unit}` : ''} (${range}), ${number(perMinute)} a minute over ${number(minutes)} minutes`,
		flat: perMinute * minutes <= Math.max(middle / 20, 1),
	};
}
