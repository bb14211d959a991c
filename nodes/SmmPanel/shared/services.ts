/** Services as people look for them: by words, by flags, by category and type. */
import type { INodeProperties } from 'n8n-workflow';
import type { Service } from '../panel/schemas';
import { splitNames, type ParameterReader } from './parameters';

/** The same work, done once for each object, and remembered for as long as the object is kept. */
export function remembered<K extends object, V>(work: (of: K) => V): (of: K) => V {
	const results = new WeakMap<K, { value: V }>();
	return (of) => {
		const result = results.get(of) ?? { value: work(of) };
		results.set(of, result);
		return result.value;
	};
}

/**
 * Without case, accents and styled letters, so that "begeni" finds "Beğeni", "izlenme" "İZLENME" and "likes" "𝐋𝐢𝐤𝐞𝐬".
 */
export const folded = (text: string): string => {
	const plain = text.replaceAll('&amp;', '&');
	// Most names are plain, and taking accents off is slow
	if (!/[^\n -~]/.test(plain)) return plain.toLowerCase();
	const letters = plain
		.normalize('NFKD')
		.replace(/[\p{M}\p{Cf}]/gu, '')
		.toLowerCase();
	return letters.replaceAll('ı', 'i').replaceAll('đ', 'd');
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
const searchedText = remembered(({ service, name, category, type, refill, cancel, dripfeed }: Service) =>
	folded(
		[
			...[service, name, category, type],
			...[refill && 'refill telafi', cancel && 'cancel iptal', dripfeed && 'drip-feed dripfeed'],
		]
			.filter(Boolean)
			.join(' '),
	),
);

/** Whether every word stands in the service's ID, name, category, type or flags. `words` are of `searchWords`. */
export function matchesWords(service: Service, words: readonly string[]): boolean {
	if (words.length === 0) return true;
	const text = searchedText(service);
	return words.every((word) => text.includes(word));
}

const namesFilter = (
	name: 'categories' | 'types',
	displayName: string,
	example: string,
): INodeProperties => ({
	displayName,
	name,
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: name === 'types' ? 'getTypes' : 'getCategories' },
	default: [],
	builderHint: { propertyHint: `The panel's own names as a list: \`[${example}]\`` },
	description: `Only services of these ${name}. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.`,
});

export const categoriesFilter = namesFilter('categories', 'Category Names or IDs', "'Instagram Followers'");
export const typesFilter = namesFilter('types', 'Type Names or IDs', "'Default', 'Custom Comments'");

/**
 * Reads a filter of names: a list as the form gives it, or one text such as "A, B" from an expression. Categories have
 * commas in their own names, so that a text is split only where the panel knows no such name.
 */
export function readNames(
	filters: ParameterReader,
	{ name, displayName }: Pick<INodeProperties, 'name' | 'displayName'>,
) {
	const entered = filters.textList(name, displayName);
	const isText = typeof filters.raw(name) === 'string';
	return {
		/** The same for the same choice, whatever the panel's list holds. */
		entered,
		/** The names to compare with; empty: any. `known` are those that the panel's list holds. */
		among: (known: ReadonlySet<string>): Set<string> =>
			new Set(isText ? splitNames(entered, (name) => known.has(name)) : entered),
	};
}
