import type { Service } from './catalogue.cts';
import { setDialects, setRateLimit, type Desk } from './desk.cts';
import type { Fault, FaultRecord } from './faults.cts';
import type { Lives, LifeStep } from './lives.cts';
import type { RateLimit } from './limits.cts';
import { follow, moveOrder, orderOf, type Figures } from './orderLife.cts';
import { addPost, seedOrders, type Seeding } from './placing.cts';
import type { Counts, Received } from './received.cts';
import {
	accountRecord,
	ledgerOf,
	orderRecord,
	refillRecord,
	type AccountRecord,
	type Ledger,
	type OrderRecord,
	type RefillRecord,
} from './ledger.cts';
import { changeRefill, followRefill, refillOf } from './refills.cts';
import { accountOf, catchUp, setBalance } from './world.cts';

/** What a test can see of the panel and do to it: called directly, or by the same names over HTTP. */

export type Id = string | number;

export interface Settings {
	latencyMs?: number;
	/** 0: the clock only moves by `step`. */
	speed?: number;
	/** null: none. */
	rateLimit?: RateLimit | null;
	lives?: Lives;
	refuseDuplicateLinks?: boolean;
	refillWaitAfterCompletion?: number;
	listLimit?: number;
}

export interface NewKey {
	key: string;
	balance?: Id;
	currency?: string;
	active?: boolean;
}

export interface PanelFunctions {
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

	addKey(account: NewKey): void;
	setBalance(balance: Id, key?: string): void;
	setActive(active: boolean, key?: string): void;

	/** Names from DIALECTS, together; `seed` or none for the stock panel. */
	setDialect(...names: string[]): void;
	configure(settings: Settings): void;

	/** The number of the fault, for `removeFault`. */
	inject(fault: Fault): number;
	removeFault(id: number): void;
	clearFaults(): void;
	faults(): FaultRecord[];

	/** The panel's clock, in milliseconds. */
	now(): number;
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
	/** Orders that are simply there, unpaid; returns their IDs. */
	seedOrders(seeding: Seeding, key?: string): string[];

	services(): Service[];
	setCatalogue(services: Service[]): void;
	addService(service: Partial<Service>): Service;
	changeService(id: number, patch: Partial<Omit<Service, 'id'>>): Service;
	removeService(id: number): void;
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
