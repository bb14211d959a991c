/** The form that placing and quoting share. */
import type { INodeProperties } from 'n8n-workflow';
import { concurrency, requestsPerMinute, timeout } from '../shared/options';
import { serviceField } from '../shared/serviceField';

const orderFields: INodeProperties = {
	displayName: 'Order Fields',
	name: 'orderFields',
	type: 'resourceMapper',
	noDataExpression: true,
	required: true,
	default: { mappingMode: 'defineBelow', value: null },
	typeOptions: {
		loadOptionsDependsOn: ['serviceId.value'],
		resourceMapper: {
			resourceMapperMethod: 'getOrderFields',
			mode: 'add',
			valuesLabel: 'Order fields',
			fieldWords: { singular: 'field', plural: 'fields' },
			addAllFields: true,
			multiKeyMatch: false,
			supportAutoMap: true,
		},
	},
};

const checks: INodeProperties[] = [
	{
		displayName: 'Check Balance',
		name: 'checkBalance',
		type: 'boolean',
		default: false,
		description:
			'Whether to ask for the balance first and place nothing at all when the orders of this run cost more',
	},
	concurrency(1),
	{
		displayName: 'Extra Fields',
		name: 'extraFields',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add field',
		default: {},
		description: 'Further fields that this panel takes with an order, sent as they are',
		options: [
			{
				displayName: 'Field',
				name: 'field',
				values: [
					{
						displayName: 'Name',
						name: 'name',
						type: 'string',
						default: '',
						placeholder: 'e.g. coupon',
					},
					{ displayName: 'Value', name: 'value', type: 'string', default: '' },
				],
			},
		],
	},
	{
		displayName: 'Idempotency Key',
		name: 'idempotencyKey',
		type: 'string',
		default: '',
		placeholder: "e.g. {{ $json.row_number }}",
		description:
			'Something that is different for every order, such as the ID of its row. An order whose key was sent before, in whatever execution of this workflow, is not sent again and comes out as a duplicate. The key is stored before the order is sent and forgotten if the panel refuses the order; the last 50,000 are kept. It cannot tell two executions apart that send the same key at the very same moment.',
	},
	{
		displayName: 'Max Charge per Order',
		name: 'maxCharge',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 5 },
		default: 0,
		description: "Refuse an order that costs more than this, in the account's currency. 0 refuses every order that costs anything.",
	},
	{
		displayName: 'Max Total Charge',
		name: 'maxTotalCharge',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 5 },
		default: 0,
		description:
			"Place nothing at all when the orders of this run together cost more than this, in the account's currency",
	},
	requestsPerMinute,
	{ ...timeout, default: 60 },
	{
		displayName: 'Validate Against Service',
		name: 'validateAgainstService',
		type: 'boolean',
		default: true,
		description:
			"Whether to check each order against the panel's service list before it is sent: the service exists, required fields are there, the quantity is within its limits",
	},
];

/** Parameters of `create` and of `quote`. */
export const placingFields: INodeProperties[] = [
	serviceField,
	orderFields,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: checks,
	},
];
