/** What the trigger stores in n8n's database: all of it comes back, and it is small. */
import fc from 'fast-check';
import { generateCatalogue } from '../panel/catalogue.cts';
import { packIds, unpackIds } from '../../nodes/SmmPanel/trigger/status/packedIds';
import { packServices, unpackServices, type Offer } from '../../nodes/SmmPanel/trigger/services/memory';
import {
	packMemory,
	packSeen,
	unpackMemory,
	type Seen,
	type StatusMemory,
} from '../../nodes/SmmPanel/trigger/status/memory';

const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

const someId = fc.oneof(
	fc.integer({ min: 1, max: 50_000 }).map(String),
	fc.bigInt({ min: 1n, max: 10n ** 20n }).map(String),
	fc.stringMatching(/^[A-Za-z\d_-]{1,20}$/),
	fc.string({ minLength: 1, maxLength: 10 }),
);

test('IDs of every kind come back as they were', () => {
	fc.assert(
		fc.property(fc.uniqueArray(someId), (ids) => {
			expect(new Set(unpackIds(packIds(ids)))).toEqual(new Set(ids));
			expect(unpackIds(packIds(ids))).toHaveLength(ids.length);
		}),
	);
});

test('an ID with leading zeros is not the same as the number', () => {
	expect(unpackIds(packIds(['007', '7']))).toEqual(['7', '007']);
});

test('no IDs take no place', () => {
	expect(packIds([])).toBe('');
	expect(unpackIds('')).toEqual([]);
});

test('a run of orders costs no more than its ends; one in five of them, three bytes each', () => {
	const run = Array.from({ length: 10_000 }, (_, at) => String(23_501 + at));
	expect(packIds(run)).toBe('i4t+7pr');
	expect(packIds(run.filter((_, at) => at % 5 === 0)).length).toBeLessThan(2_000 * 3);
});

const someIds = fc.array(someId).map((ids) => new Set(ids));
const someSeen: fc.Arbitrary<Seen> = fc.record({
	statuses: fc.array(fc.tuple(someId, fc.string({ minLength: 1 }))).map((entries) => new Map(entries)),
	unread: someIds,
	rejected: someIds,
	progress: fc
		.array(fc.tuple(someId, fc.record({ total: fc.nat(), steps: fc.nat() })))
		.map((entries) => new Map(entries.filter(([id]) => id !== '__proto__'))),
	moves: fc
		.array(
			fc.tuple(someId, fc.record({ since: fc.nat(), remains: fc.option(fc.nat()), isTold: fc.boolean() })),
		)
		.map((entries) => new Map(entries.filter(([id]) => id !== '__proto__'))),
});

const someMemory: fc.Arbitrary<StatusMemory> = fc
	.record({
		seen: someSeen,
		source: fc.string(),
		next: fc.option(someId, { nil: undefined }),
		withRows: fc.boolean(),
		missing: someIds,
		left: fc.array(fc.tuple(fc.nat(), someSeen), { maxLength: 3 }),
	})
	.map(({ seen, left, ...rest }) => ({
		...seen,
		...rest,
		left: left.map(([day, gone]) => ({ day, count: gone.statuses.size, ...packSeen(gone) })),
	}));

test('what is remembered of orders survives the database', () => {
	fc.assert(
		fc.property(someMemory, (memory) => {
			const stored = JSON.parse(JSON.stringify(packMemory(memory))) as ReturnType<typeof packMemory>;
			expect(unpackMemory(stored)).toEqual(memory);
		}),
	);
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
			const stored = JSON.parse(JSON.stringify(packServices(offers))) as ReturnType<typeof packServices>;
			expect([...unpackServices(stored)]).toEqual([...offers]);
		}),
	);
});

test('a catalogue of 6,000 services costs less than 20 bytes a service', () => {
	const offers = new Map(generateCatalogue(1, 6_000).map(({ id, ...offer }) => [String(id), offer]));
	expect(sizeOf(packServices(offers)) / 6_000).toBeLessThan(20);
});

test('ten thousand orders with text IDs and steps of progress stay below a hundred bytes each', () => {
	const ids = Array.from({ length: 10_000 }, (_, at) => `ord_01HG9X${at.toString(36).toUpperCase()}`);
	const size = sizeOf(
		packMemory({
			source: 'ids',
			statuses: new Map(ids.map((id) => [id, 'In progress'])),
			unread: new Set(),
			rejected: new Set(),
			progress: new Map(ids.map((id) => [id, { total: 1_000_000, steps: 3 }])),
			moves: new Map(),
			withRows: true,
			missing: new Set(),
			left: [],
		}),
	);
	expect(size / ids.length).toBeLessThan(100);
});

test('a state of 0.1.0 is read as one of which nothing has left the list', () => {
	const stored = { source: 'ids', statuses: [['Completed', 'i4t+1']], next: '23502' };
	expect(unpackMemory(stored)).toMatchObject({
		statuses: new Map([
			['23501', 'Completed'],
			['23502', 'Completed'],
		]),
		next: '23502',
		withRows: false,
		missing: new Set(),
		left: [],
	});
});
