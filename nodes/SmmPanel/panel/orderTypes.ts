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

type Described = Omit<OrderField, 'name'>;

const text = (label: string, description: string): Described => ({ label, kind: 'text', description });
const link = (label: string, description: string): Described => ({ label, kind: 'link', description });
const lines = (label: string, description: string): Described => ({ label, kind: 'lines', description });
const whole = (label: string, description: string, atLeast: number): Described => ({
	label,
	kind: 'integer',
	description,
	atLeast,
});
/** The codes are the choices' numbers from 1 on. */
const choice = (label: string, description: string, choices: string[]): Described => ({
	label,
	kind: 'choice',
	description,
	choices: choices.map((name, at) => ({ value: String(at + 1), label: name })),
});

const FIELDS = {
	link: link('Link', 'Address of the page, post or profile that the order is for'),
	quantity: whole('Quantity', 'Number of units to deliver', 1),
	comments: lines('Comments', 'The comments to post, one a line: each line counts as one unit'),
	keywords: lines('Keywords', 'The search keywords, one a line'),
	usernames: lines('Usernames', 'The usernames, one a line'),
	hashtags: lines('Hashtags', 'The hashtags, one a line'),
	groups: lines('Groups', 'The groups, one a line'),
	answers: lines('Answers', 'The answers to give, one a line, where the panel takes a list of them'),
	hashtag: text('Hashtag', 'Hashtag whose users are taken'),
	username: link('Username', 'The account that the order refers to'),
	media: link('Media URL', 'Address of the post whose likers are taken'),
	answer_number: text('Answer Number', 'Number of the poll answer to vote for'),
	min: whole('Minimum per Post', 'Smallest quantity for each new post', 1),
	max: whole('Maximum per Post', 'Largest quantity for each new post', 1),
	delay: whole('Delay (Minutes)', 'Minutes to wait after a new post before delivery starts', 0),
	posts: whole('New Posts', 'How many future posts to serve; without it, until the subscription ends', 0),
	old_posts: whole('Old Posts', 'How many existing posts to serve as well', 0),
	expiry: { label: 'Expiry', kind: 'date', description: 'Day on which the subscription ends' },
	country: text('Country', 'Country code or full name of the country the visitors come from'),
	device: choice('Device', 'Device of the visitors', [
		'Desktop',
		'Mobile (Android)',
		'Mobile (iOS)',
		'Mixed (Mobile)',
		'Mixed (Mobile and Desktop)',
	]),
	type_of_traffic: choice('Type of Traffic', 'Where the visitors seem to come from', [
		'Google Keyword',
		'Custom Referrer',
		'Blank Referrer',
	]),
	google_keyword: text(
		'Google Keyword',
		'Keyword that the visitors search for; needed for traffic from a Google keyword',
	),
	referring_url: link(
		'Referring URL',
		'Page that the visitors come from; needed for traffic from a custom referrer',
	),
	runs: whole('Runs (Drip-Feed)', 'How many times to deliver the quantity: the total is quantity × runs', 1),
	interval: whole('Interval (Minutes)', 'Minutes between two runs', 1),
} satisfies Record<string, Described>;

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

const orderType = (
	name: string,
	required: readonly OrderFieldName[],
	more: Partial<Omit<OrderType, 'name' | 'required'>> = {},
): OrderType => ({ name, required, optional: [], units: 'quantity', ...more });

export const ORDER_TYPES: readonly OrderType[] = [
	orderType('Default', ['link', 'quantity'], { optional: DRIP_FEED }),
	orderType('Package', ['link'], { units: 'package' }),
	orderType('SEO', ['link', 'quantity', 'keywords']),
	orderType('Custom Comments', ['link', 'comments'], { units: 'comments' }),
	orderType('Custom Comments Package', ['link', 'comments'], { units: 'package' }),
	orderType('Mentions', ['link', 'quantity', 'usernames']),
	orderType('Mentions with Hashtags', ['link', 'quantity', 'usernames', 'hashtags']),
	orderType('Mentions Custom List', ['link', 'usernames'], { units: 'usernames' }),
	orderType('Mentions Hashtag', ['link', 'quantity', 'hashtag']),
	orderType('Mentions User Followers', ['link', 'quantity', 'username']),
	orderType('Mentions Media Likers', ['link', 'quantity', 'media']),
	orderType('Comment Likes', ['link', 'quantity', 'username']),
	orderType('Comment Replies', ['link', 'username', 'comments'], { units: 'comments' }),
	orderType('Poll', ['link', 'quantity', 'answer_number']),
	orderType('Invites from Groups', ['link', 'quantity', 'groups']),
	orderType('Subscriptions', ['username', 'min', 'max', 'delay'], {
		optional: ['posts', 'old_posts', 'expiry'],
		units: 'posts',
	}),
	orderType('Web Traffic', ['link', 'quantity', 'country', 'device', 'type_of_traffic'], {
		optional: ['google_keyword', 'referring_url', ...DRIP_FEED],
		requiredIf: [
			{ field: 'google_keyword', when: 'type_of_traffic', is: '1' },
			{ field: 'referring_url', when: 'type_of_traffic', is: '2' },
		],
	}),
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
