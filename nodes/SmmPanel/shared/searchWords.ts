import type { Service } from '../panel/schemas';

/** What someone types into a search, as words in lower case. */
export const searchWords = (typed: string): string[] => typed.toLowerCase().split(/\s+/).filter(Boolean);

/** Whether every word stands somewhere in the service's ID, name or category. `words` are in lower case. */
export function matchesWords(service: Service, words: readonly string[]): boolean {
	if (words.length === 0) return true;
	const text = `${service.service} ${service.name} ${service.category}`.toLowerCase();
	return words.every((word) => text.includes(word));
}
