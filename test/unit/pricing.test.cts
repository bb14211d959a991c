/** What orders cost where panels price them differently: how it is said, and what counts under a limit. */
import { priceOf } from '../../nodes/SmmPanel/panel/serviceChecks';
import type { Service } from '../../nodes/SmmPanel/panel/schemas';

const service = (type: string, rate = '2.5'): Service => ({
	service: '1',
	name: 'A service',
	type,
	category: 'C',
	rate,
	min: 1,
	max: 100_000,
	refill: false,
	cancel: false,
	dripfeed: false,
	description: null,
});
const lines = (count: number) => Array.from({ length: count }, (_, at) => `Comment ${at}`).join('\n');

test.each<[string, Record<string, string>, object | null]>([
	['Default', { quantity: '1000' }, { estimate: '2.5', highest: '2.5', uncertain: false }],
	['Default', { quantity: '100', runs: '3' }, { estimate: '0.75', highest: '0.75', uncertain: false }],
	['Custom Comments', { comments: lines(4) }, { estimate: '0.01', highest: '0.01', uncertain: false }],
	['Package', { link: 'x' }, { estimate: '2.5', highest: '2.5', uncertain: true }],
	['Custom Comments Package', { comments: lines(3) }, { estimate: '2.5', highest: '2.5', uncertain: true }],
	['Custom Comments Package', { comments: lines(2000) }, { estimate: '2.5', highest: '5', uncertain: true }],
	[
		'Subscriptions',
		{ min: '50', max: '100', posts: '10' },
		{ estimate: '2.5', highest: '2.5', uncertain: true },
	],
	[
		'Subscriptions',
		{ min: '50', max: '100', posts: '10', old_posts: '10' },
		{ estimate: '5', highest: '5', uncertain: true },
	],
	['Subscriptions', { min: '50', max: '100' }, null],
	['Something new', { link: 'x' }, null],
])('%s %j', (type, fields, expected) => {
	expect(priceOf({ fields }, service(type))).toEqual(expected);
});
