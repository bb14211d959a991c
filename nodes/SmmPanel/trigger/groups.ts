/** Thousands of IDs in n8n's state: those that share everything but a few figures stand together, readable and small. */
import type { IDataObject } from 'n8n-workflow';

/** `ids`: separated by blanks, each with its own figures behind colons. */
export type Group<G> = G & { ids: string };

/** What cannot be an ID may stand in its place on a list, blanks and colons included. */
const escaped = (id: string): string => id.replace(/[\s:%]/g, encodeURIComponent);

/** `groupOf` names its fields in the same order for each entry. */
export function packGroups<E>(
	entries: Iterable<[id: string, entry: E]>,
	groupOf: (entry: E) => object,
	figuresOf: (entry: E) => ReadonlyArray<number | string>,
): IDataObject[] {
	const groups = new Map<string, string[]>();
	for (const [id, entry] of entries) {
		const group = JSON.stringify(groupOf(entry));
		const token = [escaped(id), ...figuresOf(entry)].join(':');
		const tokens = groups.get(group);
		if (tokens) tokens.push(token);
		else groups.set(group, [token]);
	}
	return [...groups].map(([group, tokens]) => ({ ...(JSON.parse(group) as object), ids: tokens.join(' ') }));
}

export const unpackGroups = <G extends object, E>(
	groups: ReadonlyArray<Group<G>>,
	entryOf: (group: G, figures: string[]) => E,
): Map<string, E> =>
	new Map(
		groups.flatMap(({ ids, ...group }) =>
			ids.split(' ').map((token): [string, E] => {
				const [id = '', ...figures] = token.split(':');
				return [decodeURIComponent(id), entryOf(group as unknown as G, figures)];
			}),
		),
	);
