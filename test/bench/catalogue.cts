import { times, type Bench, type Job, type Row } from './job.cts';
import type { CatalogueResult } from './catalogueInProcess.cts';
import { inOwnProcess } from './child.cts';
import { SERVICES, type Stage } from './stage.cts';
import { median, number, withSpread } from './stats.cts';
import { httpRequest, testedPanelNode } from './workflows.cts';

const MOST_CPU = 3;
const MOST_MEMORY = 2;

function rowOf(how: string, result: CatalogueResult, httpRequestTold: string): Row {
	if (result.services !== SERVICES) throw new Error(`${result.services} services instead of ${SERVICES}`);
	const cpu = result.ours.map((ours, run) => ours / (result.parse[run] ?? NaN));
	const memory = result.oursBytes / result.parseBytes;
	const mb = (bytes: number) => number(bytes / 2 ** 20);
	return {
		job: `catalogue of ${SERVICES.toLocaleString('en-US')} services, ${how}: parse, validate, simplify`,
		bar: `CPU at most ${MOST_CPU} × JSON.parse, memory at most ${MOST_MEMORY} ×`,
		measured: [
			`CPU ${withSpread(cpu, '×')}, ${number(median(result.ours))} of ${number(median(result.parse))} ms`,
			`the first time in a process ${number(result.coldOurs)} ms`,
			`memory ${number(memory)} ×, ${mb(result.oursBytes)} of ${mb(result.parseBytes)} MB`,
		].join('; '),
		httpRequest: httpRequestTold,
		pass: median(cpu) <= MOST_CPU && memory <= MOST_MEMORY,
	};
}

/** The list as items in n8n: all of n8n's own work around it included. */
async function inN8n({ runs }: Bench, stage: Stage): Promise<string> {
	const ours = testedPanelNode(
		{ resource: 'service', operation: 'getAll', returnAll: true },
		stage.credential,
	);
	const theirs = httpRequest(stage, { action: 'services' });
	const once = async (name: string, node: typeof ours) => await stage.measure({ name, items: '[{}]', node });
	await once('Warm-up', ours);
	await once('Warm-up', theirs);
	const rounds = await times(runs, async () => ({
		ours: await once('Ours', ours),
		theirs: await once('HTTP', theirs),
	}));
	const cpu = (kind: 'ours' | 'theirs') => rounds.map((round) => round[kind].cpuMs);
	return `CPU of n8n for the raw list as items: ${withSpread(cpu('theirs'), 'ms')}; for our items ${withSpread(cpu('ours'), 'ms')}`;
}

export const catalogue: Job = {
	name: 'catalogue',
	async run(bench): Promise<Row[]> {
		const stage = await bench.stage();
		const { url, key } = stage.panel;
		const ask = async (escaped: boolean) =>
			await inOwnProcess<CatalogueResult>('catalogueInProcess.cts', { url, key, escaped, runs: bench.runs });
		bench.note(
			'Catalogue: in a process of its own, JSON.parse of the text and all that the node does with the same text in turn, warmed up; memory is what the node keeps for a minute beside what JSON.parse leaves.',
		);
		const told = await inN8n(bench, stage);
		return [
			rowOf('as the development panel writes it', await ask(false), told),
			rowOf('as PHP writes it, with escapes', await ask(true), 'the same'),
		];
	},
};
