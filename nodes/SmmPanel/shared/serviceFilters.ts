/** Filters over the service list that the node and the trigger share. */
import type { INodeProperties } from 'n8n-workflow';
import { splitNames, type ParameterReader } from './parameters';

export const categoriesFilter: INodeProperties = {
	displayName: 'Category Names or IDs',
	name: 'categories',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getCategories' },
	default: [],
	builderHint: { propertyHint: "The panel's own names as a list: `['Instagram Followers']`" },
	description:
		'Only services of these categories. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

export const typesFilter: INodeProperties = {
	displayName: 'Type Names or IDs',
	name: 'types',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getTypes' },
	default: [],
	builderHint: { propertyHint: "The panel's own names as a list: `['Default', 'Custom Comments']`" },
	description:
		'Only services of these types. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

/** What was entered for one of these filters: by identity of the choice, and as names to compare with. */
export interface ChosenNames {
	/** As entered: the same for the same choice, whatever the panel's list holds. */
	entered: string[];
	/** Empty: any. `known` are the names that the panel's list holds. */
	among(known: ReadonlySet<string>): Set<string>;
}

/**
 * Reads a filter of names: a list as the form gives it, or one text such as "A, B" from an expression. Categories have
 * commas in their own names, so a text is split only where the panel knows no such name.
 */
export function readNames(
	filters: ParameterReader,
	{ name, displayName }: Pick<INodeProperties, 'name' | 'displayName'>,
): ChosenNames {
	const entered = filters.textList(name, displayName);
	const isText = typeof filters.raw(name) === 'string';
	return {
		entered,
		among: (known) => new Set(isText ? splitNames(entered, (whole) => known.has(whole)) : entered),
	};
}
