import type { Service } from './catalogue.cts';
import type { Fault } from './faults.cts';
import { orderRecord, refillRecord } from './ledger.cts';
import { configure, setDialects, type Panel, type Settings } from './panel.cts';
import { addPost, seedOrders, type Seeding } from './placing.cts';
import { accountOf, amountOf, catchUp, setBalance, textOf } from './state.cts';
import { changeRefill, moveOrder, orderOf, refillOf, type Figures } from './transitions.cts';

/** What a test can see of the panel and do to it: called directly, or by the same names over HTTP. */

type Id = string | number;

export interface NewKey {
	key: string;
	balance?: Id;
	currency?: string;
	active?: boolean;
}

export interface Outage {
	/** Stops answering: connections are refused, or accepted and dropped. */
	down(how?: 'refuse' | 'drop'): Promise<void>;
	/** Answers again, at the same address. */
	up(): Promise<void>;
}

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

function records(panel: Panel, mainKey: string) {
	const { state, log } = panel;
	const current = <T,>(read: () => T): T => {
		catchUp(state);
		return read();
	};
	return {
		requests: () => log.list().map((received) => ({ ...received })),
		clearRequests: () => log.clear(),
		counts: () => log.counts(),
		cancels: () => current(() => [...state.cancels]),
		orders: () => current(() => [...state.orders.values()].map(orderRecord)),
		order: (id: Id) => current(() => orderRecord(orderOf(state, String(id)))),
		refills: () => current(() => [...state.refills.values()].map(refillRecord)),
		/** Of the panel's first key, unless another is named. */
		balance: (key = mainKey) => current(() => textOf(accountOf(state, key).balance)),
		now: () => state.clock.now(),
	};
}

function accounts({ state }: Panel, mainKey: string) {
	return {
		addKey({ key, balance = '1000', currency = 'USD', active = true }: NewKey): void {
			if (state.accounts.has(key)) throw new Error(`There is such a key already: ${key}`);
			state.accounts.set(key, { key, balance: amountOf(balance), currency, active });
		},
		setBalance: (balance: Id, key = mainKey) => setBalance(state, key, balance),
		setActive(active: boolean, key = mainKey): void {
			accountOf(state, key).active = active;
		},
	};
}

function circumstances(panel: Panel) {
	const { faults } = panel;
	return {
		/** Names from DIALECTS, together; `seed` or none for the stock panel. */
		setDialect: (...names: string[]) => setDialects(panel, names),
		configure: (settings: Settings) => configure(panel, settings),
		/** The number of the fault, for `removeFault`. */
		inject: (fault: Fault) => faults.add(fault),
		removeFault: (id: number) => faults.remove(id),
		clearFaults: () => faults.clear(),
	};
}

function events({ state }: Panel, mainKey: string) {
	return {
		/** Moves the clock forward; everything due happens. Returns the new time. */
		step(ms: number) {
			state.clock.step(ms);
			return catchUp(state);
		},
		/** A status at once; the order's own life ends there. */
		moveOrder(id: Id, status: string, figures: Figures = {}) {
			const now = catchUp(state);
			const order = orderOf(state, String(id));
			moveOrder(state, order, status, figures, now);
			return orderRecord(order);
		},
		moveRefill(id: Id, status: string) {
			const now = catchUp(state);
			const refill = refillOf(state, String(id));
			refill.plan++;
			changeRefill(refill, status, now);
			return refillRecord(refill);
		},
		/** A subscribed account posts: the panel makes an order of it. */
		newPost(subscription: Id) {
			const now = catchUp(state);
			const order = orderOf(state, String(subscription));
			return orderRecord(addPost(state, order, now));
		},
		/** Orders that are simply there, paid before the books began; returns their IDs. */
		seedOrders: (seeding: Seeding, key = mainKey) => seedOrders(state, key, seeding, catchUp(state)),
	};
}

function catalogue({ state }: Panel) {
	const put = (service: Service): Service => {
		state.catalogueVersion++;
		state.services.set(service.id, service);
		return service;
	};
	return {
		services: () => [...state.services.values()],
		setCatalogue(services: Service[]): void {
			state.services.clear();
			state.catalogueVersion++;
			for (const service of services) put(service);
		},
		addService: (service: Partial<Service>) =>
			put({ id: Math.max(0, ...state.services.keys()) + 1, ...NEW_SERVICE, ...service }),
		changeService(id: number, patch: Partial<Omit<Service, 'id'>>): Service {
			const service = state.services.get(id);
			if (!service) throw new Error(`No such service: ${id}`);
			// A new object: orders keep the terms under which they were placed.
			return put({ ...service, ...patch });
		},
		removeService(id: number): void {
			if (!state.services.delete(id)) throw new Error(`No such service: ${id}`);
			state.catalogueVersion++;
		},
	};
}

export type PanelFunctions = ReturnType<typeof panelFunctions>;

export const panelFunctions = (panel: Panel, mainKey: string) => ({
	...records(panel, mainKey),
	...accounts(panel, mainKey),
	...circumstances(panel),
	...events(panel, mainKey),
	...catalogue(panel),
});
