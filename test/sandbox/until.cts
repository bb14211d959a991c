import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when it is so; throws when it is not in time. */
export const until = async (
	condition: () => boolean | Promise<boolean>,
	what: string,
	withinMs = 60_000,
): Promise<void> => {
	for (const started = Date.now(); !(await condition()); await sleep(100)) {
		if (Date.now() - started > withinMs) throw new Error(`${what}: not within ${withinMs / 1000} s.`);
	}
};
