import type { Service } from './catalogue.cts';
import type { Fault, FaultRecord } from './faults.cts';
import type { RateLimit } from './panel.cts';
import type { Lives, LifeStep } from './lives.cts';
import type { Figures } from './transitions.cts';
import type { Seeding } from './placing.cts';
import type { AccountRecord, Counts, Ledger, OrderRecord, Received, RefillRecord } from './ledger.cts';

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
	/** Orders that are simply there, paid before the books began; returns their IDs. */
	seedOrders(seeding: Seeding, key?: string): string[];

	services(): Service[];
	setCatalogue(services: Service[]): void;
	addService(service: Partial<Service>): Service;
	changeService(id: number, patch: Partial<Omit<Service, 'id'>>): Service;
	removeService(id: number): void;
}

export interface Outage {
	/** Stops answering: connections are refused, or accepted and dropped. */
	down(how?: 'refuse' | 'drop'): Promise<void>;
	/** Answers again, at the same address. */
	up(): Promise<void>;
}
