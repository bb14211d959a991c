/** The fields of the items that come out, as literals: saved workflows rely on them, and none is renamed. */

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
const PLACED =
	'order:string service:string serviceName:string charge:number currency:string link:string quantity:string';
const QUOTED = `units:number ${CHARGE} valid:boolean problems:array problem:string balanceAfter:number`;
const ROW = [
	'row:number order:string state:string status:null finished:boolean reference:null service:string serviceName:string link:string',
	'quantity:number charge:null estimate:number currency:string start_count:null remains:null placedAt:string startedAt:null',
	'finishedAt:null checkedAt:null refill:null refillStatus:null refilledAt:null changedAt:string panel:string',
	'account:string idempotencyKey:null workflow:string node:string execution:string item:number note:null',
	'createdAt:string updatedAt:string fields:object',
].join(' ');
const UNKNOWN = ROW.replace(' order:string', ' order:null')
	.replace('currency:string', 'currency:null')
	.replace('changedAt:string', 'changedAt:null')
	.replace('note:null', 'note:string');
/** What people read. */
const SHORT_ROW = ROW.replace(
	/ (?:checkedAt|changedAt|account|workflow|node|execution|item|fields):\w+/g,
	'',
);
const FAILED = 'error:string errorType:string outcome:string';
const MOVED = `${STATUS} previousStatus:string detectedAt:string`;

/** Fields of the items that come out, with their types; after the dash what makes them differ. */
export const OUTPUTS: Record<string, string> = {
	'service: getAll': SERVICE,
	'service: getAll - with a description': `${SERVICE} description:string`,
	'service: get': SERVICE,
	'order: create': PLACED,
	'order: create - balance checked': PLACED,
	'order: create - price not known': PLACED.replace('charge:number', 'charge:null').replace(
		' serviceName:string',
		'',
	),
	'order: create - key sent before':
		'order:string service:string link:string quantity:string duplicate:boolean idempotencyKey:string',
	'order: create - refused': `service:string link:string quantity:string idempotencyKey:string ${FAILED}`,
	'order: create - refused, to the error output': 'error:string message:string details:object',
	'order: createMass': `${PLACED} line:number`,
	'order: createMass - refused': `service:string link:string quantity:string line:number ${FAILED}`,
	'order: quote': `service:string link:string quantity:string ${QUOTED}`,
	'order: quote - with a key': `service:string link:string quantity:string idempotencyKey:string ${QUOTED}`,
	'order: getAll': SHORT_ROW,
	'order: getAll - not simplified': ROW,
	'order: reconcile': `verdict:string candidates:array evidence:string ${UNKNOWN}`,
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
