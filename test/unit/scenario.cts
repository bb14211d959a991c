/** Everything that can be asked of a panel once, with the answers by the part that each order plays. */
import type { Outcomes } from '../../nodes/SmmPanel/panel/batching';
import { plain, failure, type ClientFixture } from './clientFixture.cts';

const LINK = 'https://example.com/p/1';
const UNKNOWN = '7';

const ROLES = ['pending', 'moving', 'done', 'other', 'canceled', 'partial'] as const;
type Role = (typeof ROLES)[number] | 'drip' | 'subscription';

/** One order in each state, placed through the client. */
async function placeOrders({ panel, client }: ClientFixture): Promise<Record<Role, string>> {
	const service = String(panel.addService({ rate: '1500', min: 50, max: 10000 }).id);
	const subscriptions = String(panel.addService({ type: 'Subscriptions', min: 50, max: 10000 }).id);
	const place = async (fields: Record<string, string>) => (await client.add({ link: LINK, ...fields })).order;
	const placed = {} as Record<Role, string>;
	for (const role of ROLES) placed[role] = await place({ service, quantity: '1000' });
	placed.drip = await place({ service, quantity: '100', runs: '3', interval: '60' });
	placed.subscription = await place({
		service: subscriptions,
		username: 'anna',
		min: '50',
		max: '60',
		delay: '0',
	});
	panel.moveOrder(placed.moving, 'In progress', { startCount: 3572, remains: 157 });
	panel.moveOrder(placed.done, 'Completed');
	panel.moveOrder(placed.other, 'Completed');
	panel.moveOrder(placed.canceled, 'Canceled');
	panel.moveOrder(placed.partial, 'Partial', { remains: 250 });
	return placed;
}

/** What every action answers about these orders. Refills and cancellations are asked for once each. */
export async function everyAnswer(stand: ClientFixture): Promise<Record<string, unknown>> {
	const { client, panel } = stand;
	const placed = await placeOrders(stand);
	const roleOf = new Map(Object.entries(placed).map(([role, id]) => [id, role]));
	const byRole = async <T,>(outcomes: Promise<Outcomes<T>>) =>
		Object.fromEntries(
			Object.entries(plain(await outcomes)).map(([id, outcome]) => [roleOf.get(id) ?? 'unknown', outcome]),
		);
	const refusedAdd = async (fields: Record<string, string>) => {
		const { family, effect } = await failure(client.add({ link: LINK, ...fields }));
		return { family, effect };
	};
	const all = [...Object.values(placed), UNKNOWN];
	const [last] = [...panel.services()].reverse();
	const service = String((last?.id ?? 0) - 1);

	const statuses = await byRole(client.status(all));
	const oneStatus = await byRole(client.status([placed.moving]));
	const noStatus = await byRole(client.status([UNKNOWN]));
	const refills = await byRole(client.refill([placed.done, placed.pending, UNKNOWN]));
	const oneRefill = await byRole(client.refill([placed.other]));
	const noRefill = await byRole(client.refill([placed.canceled]));
	const [first = '', second = ''] = panel.refills().map(({ id }) => id);
	for (const [role, id] of [
		['refill 1', first],
		['refill 2', second],
	] as const)
		roleOf.set(id, role);
	for (const answers of [refills, oneRefill]) nameRefills(answers, roleOf);
	panel.moveRefill(second, 'Rejected');
	return {
		statuses,
		oneStatus,
		noStatus,
		refills,
		oneRefill,
		noRefill,
		refillStatuses: await byRole(client.refillStatus([first, second, '99'])),
		oneRefillStatus: await byRole(client.refillStatus([second])),
		noRefillStatus: await byRole(client.refillStatus(['99'])),
		cancels: await byRole(client.cancel([placed.moving, placed.done, UNKNOWN])),
		oneCancel: await byRole(client.cancel([placed.pending])),
		balance: (await client.balance()).value,
		services: (await client.services()).services,
		tooFew: await refusedAdd({ service, quantity: '1' }),
		noLink: await refusedAdd({ service, quantity: '100', link: '' }),
		noService: await refusedAdd({ service: '99999', quantity: '100' }),
	};
}

function nameRefills(answers: Record<string, unknown>, roleOf: Map<string, string>): void {
	for (const [role, id] of Object.entries(answers)) {
		if (typeof id === 'string') answers[role] = roleOf.get(id) ?? id;
	}
}
