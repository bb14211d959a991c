import type { Service } from './catalogue.cts';
import type { Fault, FaultRecord } from './faults.cts';
import {
	accountRecord,
	ledgerOf,
	orderRecord,
	refillRecord,
	type AccountRecord,
	type Counts,
	type Ledger,
	type OrderRecord,
	type Received,
	type RefillRecord,
} from './ledger.cts';
import type { LifeStep } from './lives.cts';
import { configure, setDialects, type Panel, type Settings } from './panel.cts';
import { addPost, seedOrders, type Seeding } from './placing.cts';
import { accountOf, catchUp, setBalance } from './state.cts';
import {
	changeRefill,
	follow,
	followRefill,
	moveOrder,
	orderOf,
	refillOf,
	type Figures,
} from './transitions.cts';

/** What a test can see of the panel and do to it: called directly, or by the same names over HTTP. */

type Id = string | number;

export interface NewKey {
	key: string;
	balance?: Id;
	currency?: string;
	active?: boolean;
}

interface Records {
	requests(): Received[];
	clearRequests(): void;
	counts(): Counts;
	ledger(): Ledger;
	orders(): OrderRecord[];
	order(id: Id): OrderRecord;
	refills(): RefillRecord[];
	accounts(): AccountRecord[];
	/** Of the panel's first key, unless another is named. */
	balance(key?: string): string;
	/** The panel's clock, in milliseconds. */
	now(): number;
}

interface Accounts {
	addKey(account: NewKey): void;
	setBalance(balance: Id, key?: string): void;
	setActive(active: boolean, key?: string): void;
}

interface Circumstances {
	/** Names from DIALECTS, together; `seed` or none for the stock panel. */
	setDialect(...names: string[]): void;
	configure(settings: Settings): void;
	/** The number of the fault, for `removeFault`. */
	inject(fault: Fault): number;
	removeFault(id: number): void;
	clearFaults(): void;
	faults(): FaultRecord[];
}

interface Events {
	/** Moves the clock forward; everything due happens. Returns the new time. */
	step(ms: number): number;
	/** A status at once; the order's own life ends there. */
	moveOrder(id: Id, status: string, figures?: Figures): OrderRecord;
	/** A life from now on, in milliseconds from now. */
	script(id: Id, steps: LifeStep[]): void;
	moveRefill(id: Id, status: string): RefillRecord;
	scriptRefill(id: Id, steps: LifeStep[]): void;
	/** A subscribed account posts: the panel makes an order of it. */
	newPost(subscription: Id): OrderRecord;
	/** Orders that are simply there, paid before the books began; returns their IDs. */
	seedOrders(seeding: Seeding, key?: string): string[];
}

interface Catalogue {
	services(): Service[];
	setCatalogue(services: Service[]): void;
	addService(service: Partial<Service>): Service;
	changeService(id: number, patch: Partial<Omit<Service, 'id'>>): Service;
	removeService(id: number): void;
}

export interface PanelFunctions extends Records, Accounts, Circumstances, Events, Catalogue {}

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

function records(panel: Panel, mainKey: string): Records {
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

function accounts({ state }: Panel, mainKey: string): Accounts {
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

function circumstances(panel: Panel): Circumstances {
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

function events({ state }: Panel, mainKey: string): Events {
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

function catalogue({ state }: Panel): Catalogue {
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
	...records(panel, mainKey),
	...accounts(panel, mainKey),
	...circumstances(panel),
	...events(panel, mainKey),
	...catalogue(panel),
});
