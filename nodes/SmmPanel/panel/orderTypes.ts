/**
 * The service types of the SMM panel API and the fields `add` takes for each: one table from which the order form,
 * the checks before an order is sent, the development panel and the README's table are made.
 */

/** A link may also be the name of an account. */
export type FieldKind = 'text' | 'link' | 'integer' | 'lines' | 'date' | 'choice';

export interface OrderField {
	name: OrderFieldName;
	label: string;
	kind: FieldKind;
	/** One sentence for people who do not program. */
	description: string;
	/** Codes of the wire format with their meaning; only for `choice`. */
	choices?: ReadonlyArray<{ value: string; label: string }>;
	/** Smallest whole number that makes sense; only for `integer`. */
	atLeast?: number;
}

const FIELDS = {
	link: {
		label: 'Link',
		kind: 'link',
		description: 'Address of the page, post or profile that the order is for',
	},
	quantity: { label: 'Quantity', kind: 'integer', description: 'Number of units to deliver', atLeast: 1 },
	comments: {
		label: 'Comments',
		kind: 'lines',
		description: 'The comments to post, one a line: each line counts as one unit',
	},
	keywords: { label: 'Keywords', kind: 'lines', description: 'The search keywords, one a line' },
	usernames: { label: 'Usernames', kind: 'lines', description: 'The usernames, one a line' },
	hashtags: { label: 'Hashtags', kind: 'lines', description: 'The hashtags, one a line' },
	groups: { label: 'Groups', kind: 'lines', description: 'The groups, one a line' },
	answers: {
		label: 'Answers',
		kind: 'lines',
		description: 'The answers to give, one a line, where the panel takes a list of them',
	},
	hashtag: { label: 'Hashtag', kind: 'text', description: 'Hashtag whose users are taken' },
	username: { label: 'Username', kind: 'link', description: 'The account that the order refers to' },
	media: { label: 'Media URL', kind: 'link', description: 'Address of the post whose likers are taken' },
	answer_number: {
		label: 'Answer Number',
		kind: 'text',
		description: 'Number of the poll answer to vote for',
	},
	min: {
		label: 'Minimum per Post',
		kind: 'integer',
		description: 'Smallest quantity for each new post',
		atLeast: 1,
	},
	max: {
		label: 'Maximum per Post',
		kind: 'integer',
		description: 'Largest quantity for each new post',
		atLeast: 1,
	},
	delay: {
		label: 'Delay (Minutes)',
		kind: 'integer',
		description: 'Minutes to wait after a new post before delivery starts',
		atLeast: 0,
	},
	posts: {
		label: 'New Posts',
		kind: 'integer',
		description: 'How many future posts to serve; without it, until the subscription ends',
		atLeast: 0,
	},
	old_posts: {
		label: 'Old Posts',
		kind: 'integer',
		description: 'How many existing posts to serve as well',
		atLeast: 0,
	},
	expiry: { label: 'Expiry', kind: 'date', description: 'Day on which the subscription ends' },
	country: {
		label: 'Country',
		kind: 'text',
		description: 'Country code or full name of the country the visitors come from',
	},
	device: {
		label: 'Device',
		kind: 'choice',
		description: 'Device of the visitors',
		choices: [
			{ value: '1', label: 'Desktop' },
			{ value: '2', label: 'Mobile (Android)' },
			{ value: '3', label: 'Mobile (iOS)' },
			{ value: '4', label: 'Mixed (Mobile)' },
			{ value: '5', label: 'Mixed (Mobile and Desktop)' },
		],
	},
	type_of_traffic: {
		label: 'Type of Traffic',
		kind: 'choice',
		description: 'Where the visitors seem to come from',
		choices: [
			{ value: '1', label: 'Google Keyword' },
			{ value: '2', label: 'Custom Referrer' },
			{ value: '3', label: 'Blank Referrer' },
		],
	},
	google_keyword: {
		label: 'Google Keyword',
		kind: 'text',
		description: 'Keyword that the visitors search for; needed for traffic from a Google keyword',
	},
	referring_url: {
		label: 'Referring URL',
		kind: 'link',
		description: 'Page that the visitors come from; needed for traffic from a custom referrer',
	},
	runs: {
		label: 'Runs (Drip-Feed)',
		kind: 'integer',
		description: 'How many times to deliver the quantity: the total is quantity × runs',
		atLeast: 1,
	},
	interval: {
		label: 'Interval (Minutes)',
		kind: 'integer',
		description: 'Minutes between two runs',
		atLeast: 1,
	},
} satisfies Record<string, Omit<OrderField, 'name'>>;

export type OrderFieldName = keyof typeof FIELDS;

/** Every field that `add` knows, in the order in which a form shows them. */
export const ORDER_FIELDS: ReadonlyArray<Readonly<OrderField>> = (
	Object.keys(FIELDS) as OrderFieldName[]
).map((name) => ({ name, ...FIELDS[name] }));

/** Fields of one entry a line. */
export const LIST_FIELDS = ORDER_FIELDS.filter(({ kind }) => kind === 'lines');

/** What the panel counts, and charges `rate` ÷ 1,000 for. */
export type Units =
	/** `quantity`, times `runs` where given */
	| 'quantity'
	/** the lines of this field */
	| 'comments'
	| 'usernames'
	/** one package: costs `rate` as it stands */
	| 'package'
	/** up to `max` for every post, charged post by post */
	| 'posts';

export interface OrderType {
	/** The name as the stock panel spells it. */
	name: string;
	required: readonly OrderFieldName[];
	optional: readonly OrderFieldName[];
	/** Fields that another field's value makes required. */
	requiredIf?: ReadonlyArray<{ field: OrderFieldName; when: OrderFieldName; is: string }>;
	units: Units;
}

const DRIP_FEED = ['runs', 'interval'] as const;

export const isDripFeed = (name: OrderFieldName): boolean => DRIP_FEED.some((field) => field === name);

export const ORDER_TYPES: readonly OrderType[] = [
	{ name: 'Default', required: ['link', 'quantity'], optional: DRIP_FEED, units: 'quantity' },
	{ name: 'Package', required: ['link'], optional: [], units: 'package' },
	{ name: 'SEO', required: ['link', 'quantity', 'keywords'], optional: [], units: 'quantity' },
	{ name: 'Custom Comments', required: ['link', 'comments'], optional: [], units: 'comments' },
	{ name: 'Custom Comments Package', required: ['link', 'comments'], optional: [], units: 'package' },
	{ name: 'Mentions', required: ['link', 'quantity', 'usernames'], optional: [], units: 'quantity' },
	{
		name: 'Mentions with Hashtags',
		required: ['link', 'quantity', 'usernames', 'hashtags'],
		optional: [],
		units: 'quantity',
	},
	{ name: 'Mentions Custom List', required: ['link', 'usernames'], optional: [], units: 'usernames' },
	{ name: 'Mentions Hashtag', required: ['link', 'quantity', 'hashtag'], optional: [], units: 'quantity' },
	{
		name: 'Mentions User Followers',
		required: ['link', 'quantity', 'username'],
		optional: [],
		units: 'quantity',
	},
	{
		name: 'Mentions Media Likers',
		required: ['link', 'quantity', 'media'],
		optional: [],
		units: 'quantity',
	},
	{ name: 'Comment Likes', required: ['link', 'quantity', 'username'], optional: [], units: 'quantity' },
	{ name: 'Comment Replies', required: ['link', 'username', 'comments'], optional: [], units: 'comments' },
	{ name: 'Poll', required: ['link', 'quantity', 'answer_number'], optional: [], units: 'quantity' },
	{
		name: 'Invites from Groups',
		required: ['link', 'quantity', 'groups'],
		optional: [],
		units: 'quantity',
	},
	{
		name: 'Subscriptions',
		required: ['username', 'min', 'max', 'delay'],
		optional: ['posts', 'old_posts', 'expiry'],
		units: 'posts',
	},
	{
		name: 'Web Traffic',
		required: ['link', 'quantity', 'country', 'device', 'type_of_traffic'],
		optional: ['google_keyword', 'referring_url', ...DRIP_FEED],
		requiredIf: [
			{ field: 'google_keyword', when: 'type_of_traffic', is: '1' },
			{ field: 'referring_url', when: 'type_of_traffic', is: '2' },
		],
		units: 'quantity',
	},
];

/** Panels write `custom_comments`, `Custom Comment` and `Custom Comments` for the same type. */
const spelling = (name: string) =>
	name
		.toLowerCase()
		.split(/[\s_-]+/)
		.map((word) => word.replace(/s$/, ''))
		.join('');

const BY_SPELLING = new Map(ORDER_TYPES.map((type) => [spelling(type.name), type]));

/** The row for a type name as a panel wrote it; undefined for types that only this panel has. */
export const orderTypeOf = (name: string): OrderType | undefined => BY_SPELLING.get(spelling(name));
