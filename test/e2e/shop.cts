import { ORDER_TYPES } from '../../nodes/SmmPanel/panel/orderTypes';
import type { Service } from '../panel/catalogue.cts';

/** A panel's service list as its customers know them: long names, emoji, and a service of every type. */

const NAMES: Record<string, string> = {
	Package: 'Instagram Starter Package | 1,000 Followers + 500 Likes',
	SEO: 'Website Search Ranking | Google | 30 Days',
	'Custom Comments': 'Instagram Comments | Your Own Words | Real Profiles',
	'Custom Comments Package': 'YouTube Comments Package | 25 Comments',
	Mentions: 'Instagram Mentions | High Quality',
	'Mentions with Hashtags': 'Instagram Mentions + Hashtags | High Quality',
	'Mentions Custom List': 'Instagram Mentions | Your Own List',
	'Mentions Hashtag': 'Instagram Mentions | Users of a Hashtag',
	'Mentions User Followers': "Instagram Mentions | An Account's Followers",
	'Mentions Media Likers': "Instagram Mentions | A Post's Likers",
	'Comment Likes': 'YouTube Comment Likes | Worldwide',
	'Comment Replies': 'YouTube Comment Replies | Your Own Words',
	Poll: 'Telegram Poll Votes | Fast',
	'Invites from Groups': 'Telegram Members | Invited From Groups',
	Subscriptions: 'Instagram Auto Likes | New Posts',
	'Web Traffic': 'Website Visitors | Worldwide | Choose the Source',
};

const FLAGS = { refill: true, cancel: true, dripfeed: false };

const service = (id: number, name: string, rate: string, more: Partial<Service> = {}): Service => ({
	id,
	name,
	rate,
	type: 'Default',
	category: name.split(' | ')[0]?.replace(/^\W+/, '') ?? '',
	min: 50,
	max: 10_000,
	...FLAGS,
	...more,
});

/** The one that the browser orders. */
export const FOLLOWERS = service(1523, 'Instagram Followers | Real Profiles | Refill 30 Days', '0.90', {
	dripfeed: true,
});

const USUAL = [
	FOLLOWERS,
	service(1524, '⚡ Instagram Followers | Türkiye | 5K a Day', '1.45', { max: 50_000 }),
	service(1525, 'Instagram Followers | Economy | No Refill', '0.35', { refill: false, max: 100_000 }),
	service(
		1526,
		'💎 Instagram Followers | Premium Old Accounts With Posts and Stories | Never Drop Guarantee | Starts Within 1 Hour | Speed 2K a Day',
		'3.25',
		{ min: 100, max: 1_000_000 },
	),
	service(1601, 'Instagram Likes | Instant | 10K an Hour', '0.12', { min: 10, max: 250_000 }),
	service(1702, 'TikTok Views | Worldwide', '0.00500', { min: 100, max: 10_000_000 }),
	service(1703, 'TikTok Likes | High Quality', '0.25', { min: 10 }),
	service(1802, 'YouTube Views | Retention 60 % | Lifetime Guarantee', '1.80', { min: 500, max: 1_000_000 }),
	service(1805, 'Telegram Channel Members | Non Drop', '0.74', { min: 500, max: 30_000 }),
];

const limits = (type: string) =>
	type.includes('Package')
		? { min: 1, max: 1 }
		: /Comment|Custom List/.test(type)
			? { min: 2, max: 5000 }
			: {};

/** Their IDs are 2001, 2002 … in the order of the table of types. */
const ONE_OF_EACH = ORDER_TYPES.slice(1).map(({ name }, index) =>
	service(2001 + index, NAMES[name] ?? name, `${index + 1}.5`, { type: name, ...limits(name) }),
);

export const SHOP: Service[] = [...USUAL, ...ONE_OF_EACH];

export const idOfType = (type: string): string => String(SHOP.find((each) => each.type === type)?.id);
