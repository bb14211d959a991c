import { explore, type Mutation } from './bookModel.cts';

/** Every interleaving of the claim protocol, with crashes and with steps that are carried out after their owner's death. */

describe('the claim protocol', () => {
	it.each([[[0]], [[0, 0]], [[0, 0, 0]], [[0, 1]], [[0, 0, 1]]])(
		'with claimants of the keys %j places one order a key at most, and forgets none',
		(keys) => {
			const { states, both, ...found } = explore(keys);
			process.stdout.write(`${JSON.stringify({ keys, states, both, ...found })}\n`);
			expect(found).toEqual({ doubles: 0, stuck: 0, forgotten: 0 });
		},
	);
});

it.each([[[0, 1]], [[0, 1, 0]]])(
	'a retry with the keys %j sends nothing for which a row of an earlier try stands',
	(keys) => {
		expect(explore(keys, {}, true)).toMatchObject({ doubles: 0, both: 0, forgotten: 0 });
		expect(explore(keys, { byKeyOnly: true }, true).both).toBeGreaterThan(0);
	},
);

describe('the checker finds two orders for one key', () => {
	const broken: Array<[string, Mutation]> = [
		['a delete counts although it returned nothing', { trustDelete: true }],
		['rivals are deleted in any state', { deleteAnyState: true }],
		['an order is sent although the update returned nothing', { trustUpdate: true }],
		['a row in state sending does not hold its key', { sendingIsFree: true }],
		['the row is deleted before the final one is inserted', { clearFirst: true }],
		['what may have been sent is released after a failure', { releaseSent: true }],
	];
	it.each(broken)('where %s', (_, mutation) => {
		expect(explore([0, 0], mutation).doubles).toBeGreaterThan(0);
	});
});
