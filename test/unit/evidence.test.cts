/** The last decimal that a balance shows: a smaller charge would not be seen in it. */
import { lastDecimalOf } from '../../nodes/SmmPanel/panel/evidence';

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
