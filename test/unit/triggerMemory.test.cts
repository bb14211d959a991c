/** What the trigger stores in n8n's database: all of it comes back, people can read it, and it is small. */
import fc from 'fast-check';
import { packServices, unpackServices, type Offer } from '../../nodes/SmmPanel/trigger/services/transitions';
import {
	packMemory,
	unpackMemory,
	type Seen,
	type StatusMemory,
} from '../../nodes/SmmPanel/trigger/status/memory';

const throughDatabase = <T,>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const memoryOf = (seen: Array<[string, Seen]>): StatusMemory => ({
	source: 'ids',
	withRows: false,
	seen: new Map(seen),
});

const someId = fc.oneof(
	fc.integer({ min: 1, max: 50_000 }).map(String),
	fc.bigInt({ min: 1n, max: 10n ** 20n }).map(String),
	fc.stringMatching(/^[A-Za-z\d_-]{1,20}$/),
	// What cannot be an ID, but stands in its place
	fc.string({ maxLength: 10, unit: 'binary' }),
	fc.constantFrom('not yet known', '50%', 'a:b', '007', '__proto__', '\ud800'),
);
const flag = fc.constantFrom(true as const, undefined);
const someSeen: fc.Arbitrary<Seen> = fc
	.record({
		status: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
		isUnread: flag,
		isRejected: flag,
		isMissing: flag,
		leftOn: fc.constantFrom(undefined, '2026-11-28'),
		detail: fc.oneof(
			fc.constant({}),
			fc.record({ progress: fc.record({ total: fc.nat(), steps: fc.nat() }) }),
			fc.record({
				move: fc.record({ since: fc.nat(), remains: fc.option(fc.nat()), isTold: fc.boolean() }),
			}),
		),
	})
	.map(({ detail, ...seen }) => ({ ...seen, ...detail }));

test('what is remembered of orders survives the database', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(someId, someSeen)), (entries) => {
			const memory = memoryOf(entries);
			expect(unpackMemory(throughDatabase(packMemory(memory)))).toEqual(memory);
		}),
	);
});

test('it is one map, grouped by status, that people can read', () => {
	const memory = memoryOf([
		['23501', { status: 'Completed' }],
		['23502', { status: 'In progress', progress: { total: 1000, steps: 2 } }],
		['23503', { status: 'Completed' }],
		['23504', { status: 'Partial', leftOn: '2026-11-28' }],
		['23505', { status: 'In progress', move: { since: 1_795_000_000, remains: 400, isTold: false } }],
		['not yet known', { isRejected: true }],
	]);
	expect(throughDatabase(packMemory(memory))).toEqual({
		source: 'ids',
		withRows: false,
		seen: [
			{ status: 'Completed', ids: '23501 23503' },
			{ status: 'In progress', ids: '23502:1000:2 23505:1795000000:400:0' },
			{ status: 'Partial', leftOn: '2026-11-28', ids: '23504' },
			{ isRejected: true, ids: 'not%20yet%20known' },
		],
	});
});

const someOffer: fc.Arbitrary<Offer> = fc.record({
	rate: fc.constantFrom('0.9', '12', '0.00001', '880'),
	min: fc.nat(),
	max: fc.nat(),
	type: fc.string(),
	refill: fc.boolean(),
	cancel: fc.boolean(),
	dripfeed: fc.boolean(),
});

test('what is remembered of services survives the database', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(someId, someOffer)), (entries) => {
			const offers = new Map(entries);
			expect(unpackServices(throughDatabase(packServices(offers)))).toEqual(offers);
		}),
	);
});
