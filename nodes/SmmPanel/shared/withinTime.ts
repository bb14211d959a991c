/** Node's longest timer: whatever waits longer would be over at once. */
const LONGEST_MS = 2_147_483_647;

/**
 * The result of a request, or an error of the code ETIMEDOUT once `timeoutMs` are over, counted from now to the last
 * byte. n8n's own time-out counts only while nothing comes: a byte a second keeps such a request alive for ever.
 */
export async function withinTime<T>(request: Promise<T>, timeoutMs: number): Promise<T> {
	const signal = AbortSignal.timeout(Math.min(LONGEST_MS, Math.max(1, Math.ceil(timeoutMs))));
	const timeout = new Promise<never>((_, reject) => {
		signal.addEventListener('abort', () => {
			reject(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' }));
		});
	});
	// An answer that comes after the time-out is nobody's any more
	request.catch(() => undefined);
	return await Promise.race([request, timeout]);
}
