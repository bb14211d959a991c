import { explore, type Mutation } from './bookModel.cts';

/** Every interleaving of the claim protocol, with crashes and with steps that are carried out after their owner's death. */

describe('the claim protocol', () => {
	it.each([1, 2, 3])(
		'with %s claimants of one key places one order at most, and forgets none',
		(claimants) => {
			const { states, ...found } = explore(claimants);
			process.stdout.write(`${JSON.stringify({ claimants, states, ...found })}\n`);
			expect(found).toEqual({ doubles: 0, stuck: 0, forgotten: 0 });
		},
	);
});

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
		expect(explore(2, mutation).doubles).toBeGreaterThan(0);
	});
});
