/** A value for every field that an order can have. */
import { ORDER_FIELDS, type OrderFieldName } from '../../nodes/SmmPanel/panel/orderTypes';

/** What a user enters, and what the API wants of it. */
const ENTERED: Record<OrderFieldName, [entered: unknown, sent: string]> = {
	link: [' https://example.com/p/1 ', 'https://example.com/p/1'],
	quantity: ['1,000', '1000'],
	comments: ['Great, really\r\n\n Nice ', 'Great, really\nNice'],
	usernames: [['ada', ' bob '], 'ada\nbob'],
	hashtags: ['#one #two', '#one\n#two'],
	keywords: ['first key\\nsecond, key', 'first key\nsecond, key'],
	groups: [[['group1'], 'group2'], 'group1\ngroup2'],
	answers: ['Yes; no, perhaps', 'Yes; no, perhaps'],
	hashtag: ['#sun', '#sun'],
	username: ['ada', 'ada'],
	media: ['https://example.com/m/1', 'https://example.com/m/1'],
	answer_number: [2, '2'],
	min: ['10', '10'],
	max: [20, '20'],
	delay: [0, '0'],
	posts: ['3', '3'],
	old_posts: [1, '1'],
	expiry: ['2030-12-31T00:00:00', '31/12/2030'],
	country: ['TR', 'TR'],
	device: ['Mobile (Android)', '2'],
	type_of_traffic: [1, '1'],
	google_keyword: ['shoes', 'shoes'],
	referring_url: ['https://example.com/from', 'https://example.com/from'],
	runs: ['2', '2'],
	interval: [60, '60'],
};

export const names = ORDER_FIELDS.map(({ name }) => name);
export const pick = (fields: readonly OrderFieldName[], side: 0 | 1) =>
	Object.fromEntries(fields.map((name) => [name, ENTERED[name][side]]));
