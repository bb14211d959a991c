const SHOW_EVERY_MS = 10_000;

/** Set by a test run, where what went well is not worth a line. */
let quiet = false;

export function setQuiet(value: boolean): void {
	quiet = value;
}

export function say(line: string): void {
	if (!quiet) console.log(line);
}

/** Runs one step and shows every ten seconds that it goes on. `detail` says how far it is. */
export async function step<T>(
	label: string,
	work: () => Promise<T>,
	detail: () => string = () => '',
): Promise<T> {
	const started = Date.now();
	const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
	const timer = setInterval(
		() => say(`  ${label} … ${[seconds(), detail()].filter(Boolean).join(', ')}`),
		SHOW_EVERY_MS,
	);
	let mark = '✗';
	try {
		const result = await work();
		mark = '✓';
		return result;
	} finally {
		clearInterval(timer);
		say(`${mark} ${label} (${seconds()})`);
	}
}
