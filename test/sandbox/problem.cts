/** Something the person at the keyboard can mend: shown as its one sentence, without a stack. */
export class Problem extends Error {}

/** Runs a script to its end. A Problem is told in its own words; anything else is ours and keeps its stack. */
export function runMain(main: () => Promise<void>): void {
	main().catch((error: unknown) => {
		const told =
			error instanceof Problem ? error.message : error instanceof Error ? error.stack : String(error);
		console.error(`\n${told}`);
		process.exitCode = 1;
		// Children or timers left over would keep a failed script alive
		setTimeout(() => process.exit(1), 500).unref();
	});
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function codeOf(error: unknown): string | undefined {
	const code = (error as { code?: unknown } | null | undefined)?.code;
	return typeof code === 'string' ? code : undefined;
}
