import type { Stage } from './stage.cts';

/** One row of the table. */
export interface Row {
	job: string;
	bar: string;
	measured: string;
	/** What n8n's HTTP Request node makes of the same job. */
	httpRequest: string;
	/** undefined: beside the bars, to put them into proportion. */
	pass?: boolean;
}

export interface Bench {
	/** How often each thing is measured. */
	runs: number;
	/** n8n and the panel, started when first asked for. */
	stage(): Promise<Stage>;
	note(text: string): void;
}

export interface Job {
	/** For `--job`. */
	name: string;
	run(bench: Bench): Promise<Row[]>;
}

export async function times<T>(count: number, work: (round: number) => Promise<T>): Promise<T[]> {
	const results: T[] = [];
	for (let round = 0; round < count; round++) results.push(await work(round));
	return results;
}
