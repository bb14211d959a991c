import { BOOK } from '../../../panel/policies';

/** Does the work, and calls `beat` again and again until it is done. */
export async function keepAlive<T>(
	work: () => Promise<T>,
	beat: () => Promise<unknown>,
	everyMs: number = BOOK.beatMs,
): Promise<T> {
	let isOver = false;
	void (async () => {
		for (;;) {
			await pause(everyMs);
			if (isOver) return;
			// One that fails is followed by another
			await beat().catch(() => undefined);
		}
	})();
	try {
		return await work();
	} finally {
		isOver = true;
	}
}

/** Unlike a sleep it does not keep the process from ending. */
const pause = async (ms: number) =>
	await new Promise<void>((resolve) => {
		AbortSignal.timeout(ms).addEventListener('abort', () => resolve(), { once: true });
	});
