/** Bad input: each error names the problem, the item where there is one, and the remedy. */
import type { IDataObject } from 'n8n-workflow';
import { status, testFailing, type Failing, type Input } from './failing.cts';
import { serviceById } from './panelRun.cts';

const link = 'https://example.com/p/1';
const services = (parameters: IDataObject): Input => ({
	resource: 'service',
	operation: 'getAll',
	parameters,
});
const create = (serviceId: unknown, value: IDataObject): Input => ({
	resource: 'order',
	operation: 'create',
	parameters: {
		serviceId: serviceId as IDataObject,
		orderFields: { mappingMode: 'defineBelow', value },
	},
});

const INPUTS: Failing[] = [
	['no order IDs at all', status(''), /Order IDs/, /^/],
	[
		'an expression that gives no ID for the second item',
		status('={{ $json.id }}', { more: { items: [{ id: 1 }, {}] } }),
		/No order ID given \[Item 1\]/,
		/'Order IDs'.*every input item/,
	],
	[
		'an empty list from an expression',
		status('={{ [] }}'),
		/No order ID given \[Item 0\]/,
		/at least one ID/,
	],
	[
		'letters in place of an order ID',
		status('abc'),
		/"abc" is not an ID of an order \[Item 0\]/,
		/separated by commas/,
	],
	[
		'no refill ID',
		{ resource: 'refill', operation: 'getStatus', parameters: { refillIds: '={{ null }}' } },
		/No refill ID given \[Item 0\]/,
		/'Refill IDs'/,
	],
	[
		'an order of somebody else',
		status('999999'),
		/Order 999999: The panel does not know this order. \(Incorrect order ID\) \[Item 0\]/,
		/belong to the account of this API key/,
	],

	[
		'letters in place of a limit',
		services({ limit: '={{ "many" }}' }),
		/'Limit'.*\[Item 0\]/,
		/Correct what is named, or the expression/,
	],
	[
		'letters in place of a price',
		services({ filters: { maxRate: '={{ "cheap" }}' } }),
		/'Maximum Rate' is not an amount such as 25.5: cheap \[Item 0\]/,
		/Correct what is named, or the expression/,
	],
	[
		'letters in place of a quantity',
		create(serviceById(1), { link, quantity: 'many' }),
		/Quantity.*"many" is not a whole number.*\[Item 0\]/,
		/[A-Z]/,
	],
	['no service', create(serviceById(''), { link, quantity: 100 }), /Service/, /^/],
	[
		'a service that is not there',
		create(serviceById(99999), { link, quantity: 100 }),
		/service 99999.*\[Item 0\]/i,
		/Correct the item.*No order was placed/,
	],
	['an order without its link', create(serviceById(1), { quantity: 100 }), /Link.*\[Item 0\]/, /[A-Z]/],
	[
		'a service that is not there, to look at',
		{ resource: 'service', operation: 'get', parameters: { serviceId: serviceById('99999') } },
		/no service 99999 \[Item 0\]/,
		/Choose one from the list/,
	],

	['no credential', status('1', { more: { credentials: null } }), /credential/i, /^/],
];

testFailing(INPUTS);
