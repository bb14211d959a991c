import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import type { Service } from '../panel/schemas';
import { loadServices } from './listSearch';

/** The different values of a field over all services, with how many services have each. */
async function distinct(
	context: ILoadOptionsFunctions,
	field: 'category' | 'type',
): Promise<INodePropertyOptions[]> {
	const counts = new Map<string, number>();
	for (const service of await loadServices(context)) {
		const value: Service['category'] = service[field];
		if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
	}
	return [...counts]
		.sort(([a], [b]) => a.localeCompare(b))
		.map(([value, count]) => ({
			name: value,
			value,
			description: count === 1 ? '1 service' : `${count} services`,
		}));
}

export async function getCategories(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await distinct(this, 'category');
}

export async function getTypes(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await distinct(this, 'type');
}
