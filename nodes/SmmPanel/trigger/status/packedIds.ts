/**
 * Many IDs in few characters: whole numbers in order, each as the distance from the one before in base 36, runs of
 * neighbours as a length (`i4t+9`: 23501 and the nine after it); every other ID as text behind a quote.
 */
const WHOLE = /^[1-9]\d{0,14}$/;

export function packIds(ids: Iterable<string>): string {
	const numbers: number[] = [];
	const texts: string[] = [];
	for (const id of new Set(ids)) {
		if (WHOLE.test(id)) numbers.push(Number(id));
		else texts.push(`'${encodeURIComponent(id)}`);
	}
	numbers.sort((a, b) => a - b);
	return [...numberTokens(numbers), ...texts.sort()].join(',');
}

function numberTokens(sorted: readonly number[]): string[] {
	const tokens: string[] = [];
	let last = 0;
	for (let at = 0; at < sorted.length; ) {
		const first = sorted[at] as number;
		let run = 0;
		while (sorted[at + run + 1] === first + run + 1) run++;
		tokens.push((first - last).toString(36) + (run > 0 ? `+${run.toString(36)}` : ''));
		last = first + run;
		at += run + 1;
	}
	return tokens;
}

export function unpackIds(packed: string): string[] {
	const ids: string[] = [];
	let last = 0;
	for (const token of packed === '' ? [] : packed.split(',')) {
		if (token.startsWith("'")) {
			ids.push(decodeURIComponent(token.slice(1)));
			continue;
		}
		const [distance = '', run = '0'] = token.split('+');
		const first = last + parseInt(distance, 36);
		last = first + parseInt(run, 36);
		for (let id = first; id <= last; id++) ids.push(String(id));
	}
	return ids;
}
