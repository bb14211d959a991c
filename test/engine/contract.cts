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
			requestIdField: '',
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
	'orderBook.off',
	'orderBook.on',
	'requestsPerMinute',
	'sameLink.fail',
	'sameLink.send',
	'sameLink.skip',
	'timeout',
	'validateAgainstService',
];
const PLACING = { [SERVICE_ID]: [], orderFields: [], options: PLACING_OPTIONS };

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
	source: ['orderBook', 'ids', 'dataTable', 'url'],
	'dataTableId(list, id)': [],
	idColumn: [],
	filterColumn: [],
	filterValue: [],
	listUrl: [],
	idField: [],
	headerName: [],
	headerValue: [],
	listName: [],
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
	...['link', 'quantity', 'runs', 'interval', 'keywords', 'comments', 'usernames', 'hashtags', 'username'],
	...['hashtag', 'media', 'answer_number', 'groups', 'min', 'max', 'posts', 'old_posts', 'delay', 'expiry'],
	...['country', 'device', 'type_of_traffic', 'google_keyword', 'referring_url'],
];

const SERVICE = [
	'service:string name:string type:string category:string rate:number min:number max:number',
	'refill:boolean cancel:boolean dripfeed:boolean',
].join(' ');
const FIGURES = 'charge:number start_count:number remains:number currency:string';
const STATUS = `order:string status:string finished:boolean ${FIGURES}`;
/** An order that consists of others has no figures of its own. */
const OF_MANY =
	'order:string status:string finished:boolean charge:null start_count:null remains:null currency:null';
const CHARGE = 'charge:number currency:string';
const PLACED = 'order:string service:string charge:number link:string quantity:string';
const QUOTED = `units:number ${CHARGE} valid:boolean problems:array problem:string balanceAfter:number`;
const ROW = [
	'row:number order:string state:string status:null finished:boolean service:string link:string',
	'quantity:number charge:number currency:null start_count:null remains:null placedAt:string startedAt:null',
	'finishedAt:null checkedAt:null refill:null refillStatus:null refilledAt:null changedAt:string panel:string',
	'account:string idempotencyKey:null workflow:string node:string execution:string item:number note:null',
	'createdAt:string updatedAt:string fields:object',
].join(' ');
const UNKNOWN = ROW.replace(' order:string', ' order:null')
	.replace('changedAt:string', 'changedAt:null')
	.replace('note:null', 'note:string');
const FAILED = 'error:string errorType:string outcome:string';
const MOVED = `${STATUS} previousStatus:string detectedAt:string`;

/** Fields of the items that come out, with their types; after the dash what makes them differ. */
export const OUTPUTS: Record<string, string> = {
	'service: getAll': SERVICE,
	'service: getAll - with a description': `${SERVICE} description:string`,
	'service: get': SERVICE,
	'order: create': PLACED,
	'order: create - balance checked': `${PLACED} currency:string`,
	'order: create - price not known': PLACED.replace('charge:number', 'charge:null'),
	'order: create - key sent before':
		'service:string link:string quantity:string duplicate:boolean idempotencyKey:string',
	'order: create - refused': `service:string link:string quantity:string idempotencyKey:string ${FAILED}`,
	'order: create - refused, to the error output': 'error:string message:string details:object',
	'order: createMass': `${PLACED} line:number`,
	'order: createMass - refused': `service:string link:string quantity:string line:number ${FAILED}`,
	'order: quote': `service:string link:string quantity:string ${QUOTED}`,
	'order: quote - with a key': `service:string link:string quantity:string idempotencyKey:string ${QUOTED}`,
	'order: getAll': ROW,
	'order: reconcile': `verdict:string evidence:string ${UNKNOWN}`,
	'order: resolve': UNKNOWN,
	'order: getStatus': STATUS,
	'order: getStatus - failed': 'order:string error:string errorType:string',
	'order: getStatus - failed, as data': 'order:string error:string',
	'order: getStatus - of a subscription': `${OF_MANY} posts:number expiry:string orders:array`,
	'order: getStatus - of a drip-feed': `${OF_MANY} runs:number`,
	'order: getStatusChanges': `${STATUS} seenBefore:boolean`,
	'order: waitUntilFinished': `${STATUS} waited:number`,
	'order: waitUntilFinished - time is up': `${STATUS} waited:number timedOut:boolean`,
	'order: cancel': 'order:string accepted:boolean',
	'order: cancel - failed': `order:string accepted:boolean ${FAILED}`,
	'order: cancel - failed, as data': 'order:string accepted:boolean error:string',
	'refill: create': 'order:string accepted:boolean refill:string',
	'refill: create - failed': `order:string accepted:boolean ${FAILED}`,
	'refill: getStatus': 'refill:string status:string finished:boolean',
	'balance: get': 'balance:number currency:string',
	orderStatusChanged: MOVED,
	orderStalled: `${MOVED} minutesToStart:number unchangedSince:string hours:number row:object`,
	'orderStatusChanged - from the book': `${MOVED} minutesToStart:number minutesToFinish:number row:object`,
	'orderStatusChanged - added later': MOVED.replace('previousStatus:string', 'previousStatus:null'),
	'orderStatusChanged - with progress': `${MOVED} progress:number`,
	'orderStatusChanged - from a table': `${MOVED} row:object`,
	'orderStatusChanged - rejected': 'order:string error:string detectedAt:string',
	refillStatusChanged: 'refill:string status:string previousStatus:string finished:boolean detectedAt:string',
	balanceBelow: 'balance:number currency:string threshold:number',
	servicesChanged:
		'change:string service:string name:string changes:object rateFrom:number rateTo:number ratePercent:number',
};
