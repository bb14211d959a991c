import { ORDER_TYPES } from '../../nodes/SmmPanel/panel/orderTypes';
import { createRandom, type Random } from './random.cts';

/** What the panel sells: a generated catalogue, the same for the same seed. */

export interface Service {
	id: number;
	name: string;
	/** As the panel writes it; types outside the table are treated like Default. */
	type: string;
	category: string;
	/** Price of 1,000 units, as text with as many decimals as the panel likes. */
	rate: string;
	min: number;
	max: number;
	refill: boolean;
	cancel: boolean;
	dripfeed: boolean;
}

const NETWORKS = ['Instagram', 'YouTube', 'TikTok', 'Telegram', 'Facebook', 'X', 'Spotify', 'Twitch'];
const ORIGINS = ['Worldwide', 'Türkiye', 'Brazil', 'India', 'Germany', 'Arab Countries', 'Mixed'];
const QUALITIES = ['Real Profiles', 'High Quality', 'Old Accounts', 'Economy', 'Premium', 'Active Users'];
const PACES = ['500 a Day', '5K a Day', '50K a Day', 'Slow Start', 'Starts in an Hour', 'Instant'];
const GOODS = ['Followers', 'Likes', 'Views', 'Shares', 'Saves', 'Members', 'Plays', 'Subscribers'];
const LONG_TAIL = ' | keep the profile public until the order is finished, speed may change'.repeat(4);

function nameOf(random: Random, network: string, sold: string, long: boolean): string {
	const qualities = [ORIGINS, QUALITIES, PACES].map((list) => random.pick(list));
	const name = [`${network} ${sold}`, ...qualities].join(' | ');
	const decorated = random.chance(0.15) ? `⚡ ${name}` : name;
	return long ? (decorated + LONG_TAIL).slice(0, 300) : decorated;
}

function rateOf(random: Random): string {
	const decimals = random.pick([0, 1, 2, 2, 2, 3, 4, 5]);
	const size = random.pick([1, 1, 5, 20, 100]);
	const rate = (0.01 + random.next() * size).toFixed(decimals);
	return Number(rate) > 0 ? rate : '1';
}

/** A last digit that is not 0: 1,000 units then cost five decimals, as on the stock panel. */
const withFiveDecimals = (rate: string): string => `${Number(rate).toFixed(4)}9`;

function limitsOf(random: Random, typeName: string): { min: number; max: number } {
	const units = ORDER_TYPES.find((type) => type.name === typeName)?.units;
	if (units === 'package') return { min: 1, max: 1 };
	if (units === 'comments' || units === 'usernames') {
		return { min: random.pick([1, 2, 5]), max: random.pick([100, 1000, 5000]) };
	}
	return { min: random.pick([1, 10, 20, 50, 100]), max: random.pick([5000, 10000, 100000, 1000000]) };
}

/** Half of a catalogue is of the Default type; the others take turns, so that 34 services have all. */
function typeAt(position: number): string {
	const others = ORDER_TYPES.slice(1);
	const type = position % 2 === 0 ? ORDER_TYPES[0] : others[((position - 1) / 2) % others.length];
	return type?.name ?? 'Default';
}

export function generateCatalogue(seed: string | number, count: number): Service[] {
	const random = createRandom(`catalogue ${seed}`);
	return Array.from({ length: count }, (_, position) => {
		const type = typeAt(position);
		const network = type === 'Web Traffic' || type === 'SEO' ? 'Website' : random.pick(NETWORKS);
		// Of a type of its own, that is what it sells
		const sold = type === 'Default' ? random.pick(GOODS) : type;
		const plain = type === 'Default';
		return {
			id: position + 1,
			name: nameOf(random, network, sold, position % 97 === 60),
			type,
			category: `${network} ${sold}${random.chance(0.3) ? ` [${random.pick(ORIGINS)}]` : ''}`,
			rate: position % 10 === 2 ? withFiveDecimals(rateOf(random)) : rateOf(random),
			...limitsOf(random, type),
			refill: random.chance(0.5),
			cancel: random.chance(0.6),
			dripfeed: (plain || type === 'Web Traffic') && random.chance(0.6),
		};
	});
}
