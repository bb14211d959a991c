/**
 * What saved workflows hold of this package and rely on, as literals: once released, none is renamed.
 * What a version adds is one more name in its list, or one more row.
 */

export const PACKAGE_NAME = 'n8n-nodes-smm-panel';

export const NODES = {
	smmPanel: { displayName: 'SMM Panel', version: 1, credentials: ['smmPanelApi'], usableAsTool: true },
	smmPanelTrigger: {
		displayName: 'SMM Panel Trigger',
		version: 1,
		credentials: ['smmPanelApi', 'smmPanelN8nApi'],
		polling: true,
	},
};

/** Properties with their defaults. */
export const CREDENTIALS = {
	smmPanelApi: {
		displayName: 'SMM Panel API',
		properties: {
			apiUrl: 'https://sosyalzirvemedya.com/api/v2',
			apiKey: '',
			account: '',
			// n8n's own: which hosts the HTTP Request node may send the key to
			allowedHttpRequestDomains: 'domains',
			allowedDomains:
				"={{ String($self.apiUrl ?? '').trim().replace(/^[a-z][a-z\\d+.-]*:\\/\\//i, '').replace(/[/:?#].*$/, '').toLowerCase() || 'invalid' }}",
		},
	},
	smmPanelN8nApi: {
		displayName: 'SMM Panel N8n API',
		properties: { baseUrl: 'http://localhost:5678', apiKey: '' },
	},
};

const LIST_OPTIONS = ['batchSize', 'concurrency', 'failedIdsAsData', 'requestsPerMinute', 'timeout'];
const ORDER_STATUSES = [
	...[
		'Pending',
		'In progress',
		'Processing',
		'Completed',
		'Partial',
		'Canceled',
		'Awaiting',
		'Fail',
		'Error',
	],
	...['Refunded', 'Active', 'Paused', 'Expired'],
];
const ORDER_SOURCE = { source: ['ids', 'orderBook'], orderIds: [] };
const SERVICE_ID = 'serviceId(list, id)';
const PLACING_OPTIONS = [
	'checkBalance',
	'concurrency',
	'extraFields.field.name',
	'extraFields.field.value',
	'idempotencyKey',
	'maxCharge',
	'maxPerDay',
	'maxTotalCharge',
	'reference',
	'requestsPerMinute',
	'sameLink.fail',
	'sameLink.send',
	'sameLink.skip',
	'timeout',
	'validateAgainstService',
];
const LISTS = ['comments', 'usernames', 'hashtags', 'groups', 'keywords', 'answers'];
const PLACING = { [SERVICE_ID]: [], orderFields: [], lists: LISTS, options: PLACING_OPTIONS };

/** Parameters of each operation, with what collections hold; `(list, id)` are a locator's modes. */
export const OPERATIONS: Record<string, Record<string, Record<string, string[]>>> = {
	service: {
		getAll: {
			returnAll: [],
			limit: [],
			filters: ['search', 'categories', 'types', 'maxRate', 'refill', 'cancel', 'dripfeed'],
			sort: ['panel', 'rate', 'name'],
			simplify: [],
		},
		get: { [SERVICE_ID]: [], simplify: [] },
	},
	order: {
		create: PLACING,
		createMass: { orders: [], options: PLACING_OPTIONS },
		quote: PLACING,
		getAll: {
			returnAll: [],
			limit: [],
			filters: [
				...['search', 'states.sending', 'states.unknown', 'states.placed'],
				...ORDER_STATUSES.map((status) => `statuses.${status}`),
				...['placedAfter', 'placedBefore', 'onlyOpen', 'allPanels'],
			],
			sort: ['newest', 'oldest'],
			simplify: [],
		},
		getStatus: { ...ORDER_SOURCE, simplify: [], options: LIST_OPTIONS },
		getStatusChanges: { ...ORDER_SOURCE, options: [...LIST_OPTIONS, 'skipFirst'] },
		reconcile: { filters: ['placedAfter'], options: ['maxRequests'] },
		resolve: { row: [], decision: ['placed', 'notPlaced'], placedAs: [] },
		waitUntilFinished: {
			orderIds: [],
			checkEvery: [],
			options: [
				...['maxWait', 'until.finished', 'until.statuses', 'whenTimeIsUp.output', 'whenTimeIsUp.error'],
				...ORDER_STATUSES.map((status) => `statuses.${status}`),
			],
		},
		cancel: { orderIds: [], options: LIST_OPTIONS },
	},
	refill: {
		create: { orderIds: [], options: LIST_OPTIONS },
		getStatus: { refillIds: [], simplify: [], options: LIST_OPTIONS },
	},
	balance: { get: { simplify: [] } },
};

const REFILL_STATUSES = ['Pending', 'In progress', 'Completed', 'Rejected', 'Awaiting', 'Error'];
const OF_SOURCES = {
	source: ['orderBook', 'ids', 'dataTable'],
	'dataTableId(list, id)': [],
	idColumn: [],
	filterColumn: [],
	filterValue: [],
};
const OF_STATUSES = [
	'firstCheck.newOnly',
	'firstCheck.fire',
	'firstCheck.remember',
	'recheckFinished',
	'tolerateOutages',
	'requestsPerPoll',
	'ignoreRejectedIds',
	'bookTableId',
];

/** Parameters of each event, with what can be chosen in them. */
export const EVENTS: Record<string, Record<string, string[]>> = {
	orderStatusChanged: {
		...OF_SOURCES,
		orderIds: [],
		fromStatuses: ORDER_STATUSES,
		toStatuses: ORDER_STATUSES,
		options: [...OF_STATUSES, 'progressStep'],
	},
	orderStalled: {
		...OF_SOURCES,
		orderIds: [],
		stalledAfter: [],
		options: ['bookTableId', 'ignoreRejectedIds', 'requestsPerPoll', 'tolerateOutages'],
	},
	refillStatusChanged: {
		...OF_SOURCES,
		refillIds: [],
		fromStatuses: REFILL_STATUSES,
		toStatuses: REFILL_STATUSES,
		options: OF_STATUSES,
	},
	balanceBelow: { threshold: [], options: ['tolerateOutages'] },
	servicesChanged: {
		filters: [
			...['categories', 'types', 'serviceIds', 'minRateChange'],
			...['added', 'removed', 'rateUp', 'rateDown', 'limits', 'flags', 'type'].map(
				(kind) => `changes.${kind}`,
			),
		],
		options: ['tolerateOutages'],
	},
};

/** Preset where nothing is chosen. */
export const DEFAULTS = {
	smmPanel: { resource: 'order' },
	smmPanelTrigger: { event: 'orderStatusChanged', source: 'orderBook' },
};

/** The columns of 'orderFields', as saved workflows map them and as the panel gets them. */
export const ORDER_FIELDS = [
	...['link', 'quantity', 'runs', 'interval', 'username', 'hashtag', 'media', 'answer_number'],
	...['min', 'max', 'posts', 'old_posts', 'delay', 'expiry'],
	...['country', 'device', 'type_of_traffic', 'google_keyword', 'referring_url'],
];
