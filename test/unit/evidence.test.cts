/** The last decimal that a balance shows: a smaller charge would not be seen in it. */
import { lastDecimalOf, refusedByEvidence, type Evidence } from '../../nodes/SmmPanel/panel/evidence';

test.each([
	['12', '1'],
	['12.5', '0.1'],
	['12.50', '0.01'],
	['100.84292', '0.00001'],
	['1,234.50', '0.01'],
	['0,90', '0.01'],
	['-3.1', '0.1'],
	['x', undefined],
	['', undefined],
])('of %j is %j', (balance, expected) => {
	expect(lastDecimalOf(balance)).toBe(expected);
});

const UNMOVED: Evidence = {
	alone: true,
	before: '100.00',
	ageMs: 0,
	chargedSince: '0',
	after: '100.00',
	later: '100.00',
	estimate: '1',
	debitsAtOnce: true,
};

test('a balance that did not move proves a refusal', () => {
	expect(refusedByEvidence({ clean: true }, UNMOVED)).toBe(true);
	expect(refusedByEvidence({ clean: false }, UNMOVED)).toBe(false);
});

test.each<Partial<Evidence>>([
	{ alone: false },
	{ before: undefined },
	{ ageMs: 1e9 },
	{ chargedSince: undefined },
	{ chargedSince: '1' },
	{ after: '99.00' },
	{ later: '99.00' },
	{ later: undefined },
	{ estimate: null },
	{ estimate: '0.0001' },
	{ debitsAtOnce: false },
])('it proves nothing with %j', (seen) => {
	expect(refusedByEvidence({ clean: true }, { ...UNMOVED, ...seen })).toBe(false);
});
