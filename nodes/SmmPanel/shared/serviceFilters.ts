/** Filters over the service list that the node and the trigger share. */
import type { INodeProperties } from 'n8n-workflow';

export const categoriesFilter: INodeProperties = {
	displayName: 'Category Names or IDs',
	name: 'categories',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getCategories' },
	default: [],
	description:
		'Only services of these categories. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

export const typesFilter: INodeProperties = {
	displayName: 'Type Names or IDs',
	name: 'types',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getTypes' },
	default: [],
	description:
		'Only services of these types. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};
