import type { Service } from '../panel/schemas';
import { remembered } from './remembered';

/** Without case and accents, so that "begeni" finds "Beğeni" and "izlenme" finds "İZLENME". */
export const folded = (text: string): string => {
	const lower = text.toLowerCase();
	// Most names are plain, and taking accents off is slow
	if (!/[^\n -~]/.test(lower)) return lower;
	return lower.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ı', 'i').replaceAll('đ', 'd');
};

/** What someone types into a search, as words. */
export const searchWords = (typed: string): string[] => folded(typed).split(/\s+/).filter(Boolean);

type Flag = 'refill' | 'cancel' | 'dripfeed';

/** What people call the flags of a service, in English and Turkish. */
const FLAG_WORDS: Record<Flag, RegExp> = {
	refill: /\b(refill|telafi)\b/,
	cancel: /\b(cancel|iptal)\b/,
	dripfeed: /\bdrip[\s-]?feed\b/,
};
const FLAGS: readonly Flag[] = ['refill', 'cancel', 'dripfeed'];

/** The flags that a search names, and what it asks for besides. */
export function flagsAsked(typed: string): { flags: Flag[]; rest: string } {
	const text = folded(typed);
	const flags = FLAGS.filter((flag) => FLAG_WORDS[flag].test(text));
	return { flags, rest: flags.reduce((rest, flag) => rest.replace(FLAG_WORDS[flag], ' '), text) };
}

export const hasFlags = (service: Service, flags: readonly Flag[]): boolean =>
	flags.every((flag) => service[flag]);

/** Someone who types searches the same list at each keystroke. */
const searchedText = remembered(({ service, name, category, refill, cancel, dripfeed }: Service) =>
	folded(
		[
			...[service, name, category],
			...[refill && 'refill telafi', cancel && 'cancel iptal', dripfeed && 'drip-feed dripfeed'],
		]
			.filter(Boolean)
			.join(' '),
	),
);

/** Whether every word stands in the service's ID, name, category or flags. `words` are of `searchWords`. */
export function matchesWords(service: Service, words: readonly string[]): boolean {
	if (words.length === 0) return true;
	const text = searchedText(service);
	return words.every((word) => text.includes(word));
}
