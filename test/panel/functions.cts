import type { Service } from './catalogue.cts';
import { setDialects, setRateLimit, type Panel } from './panel.cts';
import type { PanelFunctions, Settings } from './functionTypes.cts';
import { accountRecord, ledgerOf, orderRecord, refillRecord } from './ledger.cts';
import { addPost, seedOrders } from './placing.cts';
import { changeRefill, follow, followRefill, moveOrder, orderOf, refillOf } from './transitions.cts';
import { accountOf, catchUp, setBalance } from './state.cts';

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
	panel: Panel,
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
	const { state, log } = panel;
	const current = <T,>(read: () => T): T => {
		catchUp(state);
		return read();
	};
	return {
		requests: () => log.list().map((received) => ({ ...received })),
		clearRequests: () => log.clear(),
		counts: () => log.counts(),
		ledger: () => current(() => ledgerOf(state)),
		orders: () => current(() => [...state.orders.values()].map(orderRecord)),
		order: (id) => current(() => orderRecord(orderOf(state, String(id)))),
		refills: () => current(() => [...state.refills.values()].map(refillRecord)),
		accounts: () => current(() => [...state.accounts.values()].map(accountRecord)),
		balance: (key = mainKey) => current(() => accountRecord(accountOf(state, key)).balance),
		now: () => state.clock.now(),
	};
}

function accounts({ state }: Panel, mainKey: string): Part<'addKey' | 'setBalance' | 'setActive'> {
	return {
		addKey({ key, balance = '1000', currency = 'USD', active = true }) {
			if (state.accounts.has(key)) throw new Error(`There is such a key already: ${key}`);
			// The ledger begins with it, so that the changes of a balance add up to the balance.
			state.accounts.set(key, { key, balance: 0n, currency, active });
			setBalance(state, key, balance);
		},
		setBalance: (balance, key = mainKey) => setBalance(state, key, balance),
		setActive(active, key = mainKey) {
			accountOf(state, key).active = active;
		},
	};
}

function configure(panel: Panel, settings: Settings): void {
	const { latencyMs, speed, rateLimit, ...options } = settings;
	catchUp(panel.state);
	if (latencyMs !== undefined) panel.latencyMs = latencyMs;
	if (speed !== undefined) panel.state.clock.setSpeed(speed);
	if (rateLimit !== undefined) setRateLimit(panel, rateLimit ?? undefined);
	const unknown = Object.keys(options).find((name) => !(name in panel.state.options));
	if (unknown !== undefined) throw new Error(`No such setting: ${unknown}`);
	Object.assign(panel.state.options, options);
}

function circumstances(
	panel: Panel,
): Part<'setDialect' | 'configure' | 'inject' | 'removeFault' | 'clearFaults' | 'faults'> {
	const { faults } = panel;
	return {
		setDialect: (...names) => setDialects(panel, names),
		configure: (settings) => configure(panel, settings),
		inject: (fault) => faults.add(fault),
		removeFault: (id) => faults.remove(id),
		clearFaults: () => faults.clear(),
		faults: () => faults.list(),
	};
}

function events(
	{ state }: Panel,
	mainKey: string,
): Part<'step' | 'moveOrder' | 'script' | 'moveRefill' | 'scriptRefill' | 'newPost' | 'seedOrders'> {
	return {
		step(ms) {
			state.clock.step(ms);
			return catchUp(state);
		},
		moveOrder(id, status, figures = {}) {
			const now = catchUp(state);
			const order = orderOf(state, String(id));
			moveOrder(state, order, status, figures, now);
			return orderRecord(order);
		},
		script(id, steps) {
			const now = catchUp(state);
			follow(state, orderOf(state, String(id)), steps, now);
		},
		moveRefill(id, status) {
			const now = catchUp(state);
			const refill = refillOf(state, String(id));
			refill.plan++;
			changeRefill(state, refill, status, now, 'moved');
			return refillRecord(refill);
		},
		scriptRefill(id, steps) {
			const now = catchUp(state);
			followRefill(state, refillOf(state, String(id)), steps, now);
		},
		newPost(subscription) {
			const now = catchUp(state);
			const order = orderOf(state, String(subscription));
			if (!addPost(state, order, now)) throw new Error('The balance does not suffice for the post');
			return orderRecord(orderOf(state, order.children[order.children.length - 1] ?? ''));
		},
		seedOrders: (seeding, key = mainKey) => seedOrders(state, key, seeding, catchUp(state)),
	};
}

function catalogue({
	state,
}: Panel): Part<'services' | 'setCatalogue' | 'addService' | 'changeService' | 'removeService'> {
	const put = (service: Service): Service => {
		state.catalogueVersion++;
		state.services.set(service.id, service);
		return service;
	};
	return {
		services: () => [...state.services.values()],
		setCatalogue(services) {
			state.services.clear();
			state.catalogueVersion++;
			for (const service of services) put(service);
		},
		addService: (service) =>
			put({ id: Math.max(0, ...state.services.keys()) + 1, ...NEW_SERVICE, ...service }),
		changeService(id, patch) {
			const service = state.services.get(id);
			if (!service) throw new Error(`No such service: ${id}`);
			// A new object: orders keep the terms under which they were placed.
			return put({ ...service, ...patch });
		},
		removeService(id) {
			if (!state.services.delete(id)) throw new Error(`No such service: ${id}`);
			state.catalogueVersion++;
		},
	};
}

export const panelFunctions = (panel: Panel, mainKey: string): PanelFunctions => ({
	...readers(panel, mainKey),
	...accounts(panel, mainKey),
	...circumstances(panel),
	...events(panel, mainKey),
	...catalogue(panel),
});
