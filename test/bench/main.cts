import { parseArgs } from 'node:util';
import { messageOf, Problem, runMain } from '../sandbox/problem.cts';
import { say } from '../sandbox/progress.cts';
import { book } from './book.cts';
import type { Bench, Job, Row } from './job.cts';
import { loading } from './loading.cts';
import { noLimit, pace } from './pace.cts';
import { machine, markdown, writeMeasured } from './report.cts';
import { search } from './search.cts';
import { LATENCY_MS, SEED, startStage, type Stage } from './stage.cts';
import { status10000, status2000 } from './status.cts';

/** `npm run bench`: what the package costs, measured in real n8n beside n8n's own HTTP Request node. */

const JOBS: Job[] = [status2000, status10000, noLimit, pace, book, search, loading];

const HELP = `Measures the package and prints a table.

  --job NAME   only this row (${JOBS.map(({ name }) => name).join(', ')})
  --runs N     how often each thing is measured (5)
  --write      put the table into docs/measurements.md
`;

function readFlags(): { jobs: Job[]; runs: number; write: boolean } | undefined {
	const { values } = parseArgs({
		options: {
			job: { type: 'string', multiple: true },
			runs: { type: 'string', default: '5' },
			write: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return undefined;
	const runs = Number(values.runs);
	if (!Number.isInteger(runs) || runs < 1)
		throw new Problem(`--runs needs a whole number, not "${values.runs}".`);
	const wrong = values.job?.find((name) => !JOBS.some((job) => job.name === name));
	if (wrong !== undefined)
		throw new Problem(`There is no job "${wrong}". There are: ${JOBS.map(({ name }) => name).join(', ')}`);
	return { jobs: JOBS.filter(({ name }) => values.job?.includes(name) ?? true), runs, write: values.write };
}

function tableOf(rows: Row[], notes: string[], runs: number): string {
	const verdict = ({ pass }: Row) => (pass === undefined ? '' : pass ? 'pass' : '**above its bar**');
	const lines = rows.map((row) => [row.job, row.bar, row.measured, row.httpRequest, verdict(row)]);
	const heading = `Measured on ${machine()}. The development panel answers after ${LATENCY_MS} ms; medians of ${runs} with the spread in brackets; seed \`${SEED}\`.`;
	const table = markdown(['job', 'bar', 'measured', 'HTTP Request', ''], lines);
	return [heading, table, notes.map((note) => `- ${note}`).join('\n')].join('\n\n').trim();
}

/** The others are measured all the same. */
function notMeasured(job: string, error: unknown): Row {
	console.error(error);
	process.exitCode = 1;
	const measured = `could not be measured: ${messageOf(error)}`;
	return { job, bar: '', measured, httpRequest: '', pass: false };
}

async function main(): Promise<void> {
	const flags = readFlags();
	if (flags === undefined) return console.log(HELP);
	const notes: string[] = [];
	let stage: Promise<Stage> | undefined;
	const bench: Bench = {
		runs: flags.runs,
		stage: async () => await (stage ??= startStage()),
		note: (text) => void (notes.includes(text) || notes.push(text)),
	};
	const rows: Row[] = [];
	try {
		for (const { name, run } of flags.jobs) {
			say(`\n${name} …`);
			const added = await run(bench).catch((error: unknown) => [notMeasured(name, error)]);
			for (const { job, measured, httpRequest } of added)
				say(`  ${job}: ${measured} | HTTP Request: ${httpRequest}`);
			rows.push(...added);
		}
	} finally {
		await stage?.then(async (running) => await running.stop()).catch(() => {});
	}
	const text = tableOf(rows, notes, flags.runs);
	console.log(`\n${text}`);
	if (flags.write) writeMeasured('bench', text);
}

runMain(main);
