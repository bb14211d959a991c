/** Words nobody has collected: the balance decides whether the order was refused, or leaves it unknown. */
import * as fc from 'fast-check';
import { lastDecimalOf, refusedByEvidence, type Evidence } from '../../nodes/SmmPanel/panel/evidence';

const CLEAN = { clean: true };
const SEEN: Evidence = { alone: true, before: '12.50', after: '12.50', estimate: '0.09' };

test('a balance that did not move, with a charge that it would have shown, is the evidence', () => {
	expect(refusedByEvidence(CLEAN, SEEN)).toBe(true);
	expect(refusedByEvidence(CLEAN, { ...SEEN, estimate: '0.01' })).toBe(true);
});

test.each<[string, Partial<Evidence>]>([
	['a balance that went down', { after: '12.41' }],
	['a balance that went up', { after: '12.60' }],
	['no balance before', { before: undefined }],
	['no balance after', { after: undefined }],
	['orders side by side', { alone: false }],
	['no estimate', { estimate: null }],
	['an estimate that the balance does not show', { estimate: '0.009' }],
	['an estimate of nothing', { estimate: '0' }],
	['a balance of whole units', { before: '12', after: '12' }],
	['a balance in words', { before: 'much', after: 'much' }],
])('%s is none', (_name, change) => {
	expect(refusedByEvidence(CLEAN, { ...SEEN, ...change })).toBe(false);
});

test('what is not clean is never decided by the balance', () => {
	expect(refusedByEvidence({ clean: false }, SEEN)).toBe(false);
});

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
])('the last decimal that %j shows is %j', (balance, expected) => {
	expect(lastDecimalOf(balance)).toBe(expected);
});

test('whatever was charged, if the balance shows it, is not called refused', () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (balance, charge) => {
			const shown = (cents: number) => (cents / 100).toFixed(2);
			const evidence = {
				alone: true,
				before: shown(balance),
				after: shown(balance - charge),
				estimate: shown(charge),
			};
			expect(refusedByEvidence(CLEAN, evidence)).toBe(false);
		}),
	);
});
