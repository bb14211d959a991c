const LOG_EVERY_MS = 10_000;
const SCREEN_EVERY_MS = 1_000;

/** Set by a test run, where what went well is not worth a line. */
let quiet = false;

export function setQuiet(value: boolean): void {
	quiet = value;
}

export function say(line: string): void {
	if (!quiet) console.log(line);
}

/**
 * Runs one step and shows that it goes on: on a screen one line that is rewritten each second, in a log a line every
 * ten seconds. `detail` says how far it is.
 */
export async function step<T>(
	label: string,
	work: () => Promise<T>,
	detail: () => Promise<string> | string = () => '',
): Promise<T> {
	if (quiet) return await work();
	const started = Date.now();
	const seconds = () => Math.round((Date.now() - started) / 1000);
	const onScreen = process.stdout.isTTY;
	const show = async () => {
		const far = await detail();
		const line = `  ${label} … ${seconds()} s${far === '' ? '' : `, ${far}`}`;
		if (onScreen) process.stdout.write(`\r\x1b[2K${line}`);
		else console.log(line);
	};
	if (onScreen) process.stdout.write(`  ${label} …`);
	// In a log, what is done at once needs one line only
	const opening = onScreen ? undefined : setTimeout(() => console.log(`  ${label} …`), 1_000);
	const timer = setInterval(() => void show().catch(() => {}), onScreen ? SCREEN_EVERY_MS : LOG_EVERY_MS);
	const end = (mark: string) => {
		clearInterval(timer);
		clearTimeout(opening);
		if (onScreen) process.stdout.write('\r\x1b[2K');
		console.log(`${mark} ${label} (${seconds()} s)`);
	};
	try {
		const result = await work();
		end('✓');
		return result;
	} catch (error) {
		end('✗');
		throw error;
	}
}
