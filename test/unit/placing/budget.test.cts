import {
	overBalance,
	overTotal,
	spentOn,
	totalOf,
} from '../../../nodes/SmmPanel/actions/order/placing/limits';
import { inputProblem } from '../../../nodes/SmmPanel/shared/problems';
import { orderOf } from './orders.cts';

describe('the cost of a run', () => {
	it('is the exact sum of its orders', () => {
		expect(totalOf([orderOf(0, { highest: '0.1' }), orderOf(1, { highest: '0.2' })])).toBe('0.3');
	});

	it('counts orders of one key once, at the dearest', () => {
		const keyed = (item: number, highest: string) => orderOf(item, { highest, idempotencyKey: 'a' });
		expect(totalOf([keyed(0, '1'), keyed(1, '3'), keyed(2, '2')])).toBe('3');
	});

	it('counts what was placed and what may have been', () => {
		const about = { service: '7', fields: {}, charge: '2' };
		const problem = inputProblem('x', 'y');
		expect(
			spentOn([
				{ ...about, state: 'placed', order: '1' },
				{ ...about, state: 'unknown', problem },
				{ ...about, state: 'refused', problem },
				{ ...about, state: 'duplicate', idempotencyKey: 'a' },
			]),
		).toBe('4');
	});
});

describe('a limit', () => {
	it('holds for all tries together', () => {
		expect(overTotal('3', '2', '5')).toBeUndefined();
		expect(overTotal('3', '2.01', '5')?.message).toMatch(/cost 5.01, more than Max Total Charge \(5\)/);
		expect(overTotal('3', '0', undefined)).toBeUndefined();
		expect(overTotal('0.01', '0', '0')).toBeDefined();
	});

	it('is the balance as well, which earlier tries have lowered already', () => {
		expect(overBalance('5', { balance: '5', currency: 'USD' })).toBeUndefined();
		expect(overBalance('5.01', { balance: '5', currency: 'USD' })).toMatchObject({
			family: 'funds',
			message: 'The orders of this run cost 5.01, more than the balance of 5 USD',
		});
	});
});
