/** The form that placing and quoting share. */
import type { INodeProperties } from 'n8n-workflow';
import { LIST_FIELDS } from '../../../panel/orderTypes';
import { collection } from '../../../shared/parameters';
import { concurrency, requestsPerMinute, timeout, serviceField } from '../../shared/fields';

const orderFields: INodeProperties = {
	displayName: 'Order Fields',
	name: 'orderFields',
	type: 'resourceMapper',
	noDataExpression: true,
	required: true,
	default: { mappingMode: 'defineBelow', value: null },
	builderHint: {
		propertyHint:
			"The full resourceMapper object. One order: `{ mappingMode: 'defineBelow', value: { link: 'https://…', quantity: '1000' } }`, numbers as text; which fields the service needs follows from its `type`. One order for each input item with columns service, link, quantity: `{ mappingMode: 'autoMapInputData', value: null }` and an empty `serviceId`. Comments and other lists stand in `lists`.",
	},
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
			// The limits stand in the names of the fields: when the panel changes them, the form would call itself outdated
			refreshStaleSchemaOnOpen: true,
		},
	},
};

/** Above the fields, where it is read before the button is reached. */
export const paysNotice: INodeProperties = {
	displayName:
		'<b>Execute step</b> places these orders and pays for them. The operation <b>Quote</b> says what orders would cost and pays nothing.',
	name: 'paysNotice',
	type: 'notice',
	default: '',
	displayOptions: { hide: { '@tool': [true] } },
};

/** The mapper has fields of one line only. */
const lists: INodeProperties = {
	displayName: 'Lists',
	name: 'lists',
	type: 'collection',
	placeholder: 'Add list',
	builderHint: {
		propertyHint:
			"Only for services whose type takes them (Custom Comments, Mentions …): `{ comments: 'first\\nsecond' }`, one entry a line.",
	},
	default: {},
	description:
		'Comments, usernames and whatever else the service takes as a list, one entry a line: type them, or paste lines',
	options: [...LIST_FIELDS]
		.sort((a, b) => a.label.localeCompare(b.label))
		.map(({ name, label, description }) => ({
			displayName: label,
			name,
			type: 'string',
			typeOptions: { rows: 5 },
			default: '',
			description,
		})),
};

const mapAutomatically: INodeProperties = {
	displayName:
		"An expression chooses the service: with <b>Map Automatically</b> below, each item's columns are taken by name (Service ID, Link, Quantity …, in any case), whatever its service needs.",
	name: 'mapAutomatically',
	type: 'notice',
	default: '',
	// Not by 'show': there, n8n takes an expression for a match of everything
	displayOptions: {
		hide: {
			// A model has no columns
			'@tool': [true],
			// No expression: it sorts before or after whatever begins with '='. Not by a regex: n8n stops one after a quarter of
			// a second, so that on a busy machine executions would fail before they begin
			'/serviceId.value': [{ _cnd: { lt: '=' } }, { _cnd: { gte: '>' } }],
			'/orderFields.mappingMode': ['autoMapInputData'],
		},
	},
};

export const placingOptions: INodeProperties = collection('options', [
	{
		displayName: 'Check Balance',
		name: 'checkBalance',
		type: 'boolean',
		default: false,
		description:
			'Whether to ask the panel for the balance first, and to send no order at all if all orders of this run together cost more',
	},
	concurrency(1),
	{
		displayName: 'Extra Fields',
		name: 'extraFields',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add field',
		default: {},
		description:
			'Fields that this panel takes besides those above, such as a coupon: look into its API documentation. They are sent as they are.',
		builderHint: { propertyHint: "`{ field: [{ name: 'coupon', value: 'SUMMER' }] }`; seldom needed" },
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
		placeholder: 'e.g. {{ $json.row_number }}',
		builderHint: {
			propertyHint:
				"Set it wherever items can come again (sheets, webhooks, retries): an expression that differs for every order, such as expr('invoices {{ $json.row_number }}'). The same key never pays twice.",
		},
		description:
			'Something that is different for every order, such as the ID of its row; with several sheets, put the name of the sheet in front. An order whose key this account has sent before, from whichever workflow of the project, is not sent again and comes out with "duplicate": true. A key is kept for at least 30 days, and freed if the panel refuses the order.',
	},
	{
		displayName: 'Max Charge per Order',
		name: 'maxCharge',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 5 },
		default: 0,
		placeholder: 'e.g. 5.50',
		description:
			'Orders that cost more than this are not sent. An amount in the currency of the account; as long as it is 0, nothing that costs anything is sent.',
	},
	{
		displayName: 'Max per Day',
		name: 'maxPerDay',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 5 },
		default: 0,
		placeholder: 'e.g. 50',
		description:
			"If the orders of this run cost more than this together with what the account has spent since midnight in the workflow's time zone, as far as the order book knows, none of them is sent. As long as it is 0, nothing that costs anything is sent.",
	},
	{
		displayName: 'Max Total Charge',
		name: 'maxTotalCharge',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 5 },
		default: 0,
		placeholder: 'e.g. 100',
		description:
			'If all orders of this run together cost more than this, none of them is sent. It holds for the whole execution, with all its loops, sub-workflows, tool calls and retries. An amount in the currency of the account; as long as it is 0, nothing that costs anything is sent.',
	},
	{
		displayName: 'Reference',
		name: 'reference',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.customer }}',
		description:
			'A text for people, such as a customer or an invoice: it stands in the order book beside the order, and nowhere at the panel',
	},
	requestsPerMinute,
	{
		displayName: 'Same Link',
		name: 'sameLink',
		type: 'options',
		options: [
			{ name: 'Fail', value: 'fail', description: 'The order is not sent and fails' },
			{
				name: 'Send',
				value: 'send',
				description: 'The order is sent all the same, though many panels refuse it',
			},
			{
				name: 'Skip',
				value: 'skip',
				description: 'The order is not sent and comes out with "skipped": true and the other order\'s ID',
			},
		],
		default: 'send',
		description:
			'What to do where the order book has an order of this account and service for the same link (or username) that is not finished or of unknown outcome, or this run has placed one. Finished is what Get Status, Wait or the trigger have seen to be.',
	},
	{ ...timeout, default: 60 },
	{
		displayName: 'Validate Against Service',
		name: 'validateAgainstService',
		type: 'boolean',
		default: true,
		description:
			"Whether to check each order against the panel's service list before it is sent: the service exists, its required fields are filled, the quantity is between its minimum and maximum",
	},
]);

const AUTOMATIC = { '/orderFields.mappingMode': ['autoMapInputData'] };

/** Parameters of `create` and of `quote`. Automatic mapping finds the service in its column as well. */
export const placingFields: INodeProperties[] = [
	{ ...serviceField, displayOptions: { hide: AUTOMATIC } },
	{
		...serviceField,
		required: false,
		displayOptions: { show: AUTOMATIC },
		hint: "Leave empty to take each item's column 'Service'",
	},
	mapAutomatically,
	orderFields,
	lists,
	placingOptions,
];
