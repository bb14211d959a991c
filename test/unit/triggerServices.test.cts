/** The trigger's event of changed services as a function: prices, limits, filters and the first poll. */
import type { IDataObject } from 'n8n-workflow';
import type { Service } from '../../nodes/SmmPanel/panel/schemas';
import { serviceChanges, type ServiceRules } from '../../nodes/SmmPanel/trigger/services/transitions';

describe('services', () => {
	const service = (id: string, more: Partial<Service> = {}): Service => ({
		service: id,
		name: `Service ${id}`,
		type: 'Default',
		category: 'Likes',
		rate: '1',
		min: 10,
		max: 1000,
		refill: false,
		cancel: false,
		dripfeed: false,
		description: null,
		...more,
	});
	const rules = (more: Partial<ServiceRules> = {}): ServiceRules => ({
		identity: 'all',
		categories: new Set(),
		types: new Set(),
		ids: new Set(),
		kinds: new Set(),
		minRateChange: 0,
		...more,
	});
	const watch = (catalogues: Service[][], chosen = rules()) => {
		let memory: IDataObject | undefined;
		return catalogues.map((catalogue) => {
			const change = serviceChanges(memory, catalogue, chosen, (id) => `Gone ${id}`);
			memory = JSON.parse(JSON.stringify(change.memory)) as IDataObject;
			return change.items;
		});
	};

	test('with another name or category alone have not changed', () => {
		expect(watch([[service('1')], [service('1', { name: 'New', category: 'Other' })]])[1]).toEqual([]);
	});

	test('whose price creeps are told when it has moved far enough since it was last told', () => {
		const prices = ['1', '1.04', '1.08', '1.1', '1.15', '0.99'].map((rate) => [service('1', { rate })]);
		const told = watch(prices, rules({ minRateChange: 10 })).map((items) =>
			items.map(({ changes }) => changes),
		);
		expect(told).toEqual([
			[],
			[],
			[],
			[{ rate: { from: 1, to: 1.1 } }],
			[],
			[{ rate: { from: 1.1, to: 0.99 } }],
		]);
	});
});
