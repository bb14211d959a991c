import type { Service } from './catalogue.cts';
import { setDialects, setRateLimit, type Desk } from './desk.cts';
import type { PanelFunctions, Settings } from './functionTypes.cts';
import { accountRecord, ledgerOf, orderRecord, refillRecord } from './ledger.cts';
import { follow, moveOrder, orderOf } from './orderLife.cts';
import { addPost, seedOrders } from './placing.cts';
import { changeRefill, followRefill, refillOf } from './refills.cts';
import { accountOf, catchUp, setBalance } from './world.cts';

/** The functions that tests see and steer the panel with; what they mean is in `functionTypes.cts`. */

const NEW_SERVICE: Omit<Service, 'id'> = {
	name: 'Instagram Followers | Test',
	type: 'Default',
	category: 'Instagram Followers',
	rate: '1.00',
	min: 10,
	max: 10000,
	refill: true,
	cancel: true,
	dripfeed: true,
};

type Part<K extends keyof PanelFunctions> = Pick<PanelFunctions, K>;

function readers(
	desk: Desk,
	mainKey: string,
): Part<
	| 'requests'
	| 'clearRequests'
	| 'counts'
	| 'ledger'
	| 'orders'
	| 'order'
	| 'refills'
	| 'accounts'
	| 'balance'
	| 'now'
> {
	const { world, log } = desk;
	const current = <T,>(read: () => T): T => {
		catchUp(world);
		return read();
	};
	return {
		requests: () => log.list().map((received) => ({ ...received })),
		clearRequests: () => log.clear(),
		counts: () => log.counts(),
		ledger: () => current(() => ledgerOf(world)),
		orders: () => current(() => [...world.orders.values()].map(orderRecord)),
		order: (id) => current(() => orderRecord(orderOf(world, String(id)))),
		refills: () => current(() => [...world.refills.values()].map(refillRecord)),
		accounts: () => current(() => [...world.accounts.values()].map(accountRecord)),
		balance: (key = mainKey) => current(() => accountRecord(accountOf(world, key)).balance),
		now: () => world.clock.now(),
	};
}

function accounts({ world }: Desk, mainKey: string): Part<'addKey' | 'setBalance' | 'setActive'> {
	return {
		addKey({ key, balance = '1000', currency = 'USD', active = true }) {
			if (world.accounts.has(key)) throw new Error(`There is such a key already: ${key}`);
			// The ledger begins with it, so that the changes of a balance add up to the balance.
			world.accounts.set(key, { key, balance: 0n, currency, active });
			setBalance(world, key, balance);
		},
		setBalance: (balance, key = mainKey) => setBalance(world, key, balance),
		setActive(active, key = mainKey) {
			accountOf(world, key).active = active;
		},
	};
}

function configure(desk: Desk, settings: Settings): void {
	const { latencyMs, speed, rateLimit, ...options } = settings;
	catchUp(desk.world);
	if (latencyMs !== undefined) desk.latencyMs = latencyMs;
	if (speed !== undefined) desk.world.clock.setSpeed(speed);
	if (rateLimit !== undefined) setRateLimit(desk, rateLimit ?? undefined);
	const unknown = Object.keys(options).find((name) => !(name in desk.world.options));
	if (unknown !== undefined) throw new Error(`No such setting: ${unknown}`);
	Object.assign(desk.world.options, options);
}

function circumstances(
	desk: Desk,
): Part<'setDialect' | 'configure' | 'inject' | 'removeFault' | 'clearFaults' | 'faults'> {
	const { faults } = desk;
	return {
		setDialect: (...names) => setDialects(desk, names),
		configure: (settings) => configure(desk, settings),
		inject: (fault) => faults.add(fault),
		removeFault: (id) => faults.remove(id),
		clearFaults: () => faults.clear(),
		faults: () => faults.list(),
	};
}

function events(
	{ world }: Desk,
	mainKey: string,
): Part<'step' | 'moveOrder' | 'script' | 'moveRefill' | 'scriptRefill' | 'newPost' | 'seedOrders'> {
	return {
		step(ms) {
			world.clock.step(ms);
			return catchUp(world);
		},
		moveOrder(id, status, figures = {}) {
			const now = catchUp(world);
			const order = orderOf(world, String(id));
			moveOrder(world, order, status, figures, now);
			return orderRecord(order);
		},
		script(id, steps) {
			const now = catchUp(world);
			follow(world, orderOf(world, String(id)), steps, now);
		},
		moveRefill(id, status) {
			const now = catchUp(world);
			const refill = refillOf(world, String(id));
			refill.plan++;
			changeRefill(world, refill, status, now, 'moved');
			return refillRecord(refill);
		},
		scriptRefill(id, steps) {
			const now = catchUp(world);
			followRefill(world, refillOf(world, String(id)), steps, now);
		},
		newPost(subscription) {
			const now = catchUp(world);
			const order = orderOf(world, String(subscription));
			if (!addPost(world, order, now)) throw new Error('The balance does not suffice for the post');
			return orderRecord(orderOf(world, order.children[order.children.length - 1] ?? ''));
		},
		seedOrders: (seeding, key = mainKey) => seedOrders(world, key, seeding, catchUp(world)),
	};
}

function catalogue({
	world,
}: Desk): Part<'services' | 'setCatalogue' | 'addService' | 'changeService' | 'removeService'> {
	const put = (service: Service): Service => {
		world.catalogueVersion++;
		world.services.set(service.id, service);
		return service;
	};
	return {
		services: () => [...world.services.values()],
		setCatalogue(services) {
			world.services.clear();
			world.catalogueVersion++;
			for (const service of services) put(service);
		},
		addService: (service) =>
			put({ id: Math.max(0, ...world.services.keys()) + 1, ...NEW_SERVICE, ...service }),
		changeService(id, patch) {
			const service = world.services.get(id);
			if (!service) throw new Error(`No such service: ${id}`);
			// A new object: orders keep the terms under which they were placed.
			return put({ ...service, ...patch });
		},
		removeService(id) {
			if (!world.services.delete(id)) throw new Error(`No such service: ${id}`);
			world.catalogueVersion++;
		},
	};
}

export const panelFunctions = (desk: Desk, mainKey: string): PanelFunctions => ({
	...readers(desk, mainKey),
	...accounts(desk, mainKey),
	...circumstances(desk),
	...events(desk, mainKey),
	...catalogue(desk),
});
