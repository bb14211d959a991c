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

/** Someone who types searches the same list at each keystroke. */
const textOf = remembered(({ service, name, category }: Service) => folded(`${service} ${name} ${category}`));

/** Whether every word stands somewhere in the service's ID, name or category. `words` are of `searchWords`. */
export function matchesWords(service: Service, words: readonly string[]): boolean {
	if (words.length === 0) return true;
	const text = textOf(service);
	return words.every((word) => text.includes(word));
}
