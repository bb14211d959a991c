import type { Placement } from '../../../nodes/SmmPanel/actions/order/placing/outcome';
import { Brake, MOST_UNANSWERED, sendOne } from '../../../nodes/SmmPanel/actions/order/placing/send';
import { orderOf, panelError } from './orders.cts';

const send = async (add: () => Promise<{ order: string }>): Promise<Placement> =>
	await sendOne(orderOf(0), { add, zone: 'UTC' }, 7);

it('calls refused only what certainly is, and unknown whatever else goes wrong', async () => {
	const failures = [panelError('none'), panelError('unknown', 'network'), new Error('odd')];
	const came = await Promise.all(
		failures.map(async (error) => await send(async () => await Promise.reject(error))),
	);
	expect(came.map(({ state }) => state)).toEqual(['refused', 'unknown', 'unknown']);
	const message = expect.stringMatching(/^Outcome unknown: .* \(row 7: service .*odd/);
	const remedy = expect.stringMatching(/row 7 of the order book.*Reconcile.*Resolve' settles row 7/);
	expect(came[2]).toMatchObject({ problem: { effect: 'unknown', message, remedy } });
});

describe('the brake', () => {
	const arrive = async (brake: Brake, error: Error | undefined, place = brake.depart()) =>
		brake.arrive(
			await send(async () => (error === undefined ? { order: 'x' } : await Promise.reject(error))),
			place,
		);

	it('is pulled by a refused key, which every further order would meet, too', async () => {
		const brake = new Brake(false);
		await arrive(brake, panelError('none', 'auth', 'Invalid key'));
		expect(brake.isStopped).toBe(true);
		expect(brake.reason).toMatchObject({ message: 'Not sent: Invalid key', effect: 'none' });
	});

	it.each([
		['unknown', 'protocol'],
		['none', 'network'],
	] as const)(
		`is pulled by ${MOST_UNANSWERED} in a row without an answer (%s, %s)`,
		async (effect, family) => {
			const brake = new Brake(false);
			for (let sent = 1; sent < MOST_UNANSWERED; sent++) await arrive(brake, panelError(effect, family));
			await arrive(brake, undefined);
			for (let sent = 1; sent < MOST_UNANSWERED; sent++) await arrive(brake, panelError(effect, family));
			expect(brake.isStopped).toBe(false);
			await arrive(brake, panelError(effect, family));
			expect(brake.reason?.message).toMatch(/no clear answer to 5 orders in a row/);
		},
	);

	it('sees the row in the order of sending, whatever the order of the answers', async () => {
		const brake = new Brake(false);
		const places = Array.from({ length: MOST_UNANSWERED }, () => brake.depart());
		for (const place of places.reverse()) await arrive(brake, panelError('unknown', 'network'), place);
		expect(brake.isStopped).toBe(true);
	});
});
