import { generateCatalogue, type Service } from './catalogue.cts';
import type { Lives } from './lives.cts';
import { createClock, createScheduler, type Clock, type Scheduler } from './scheduler.cts';

/** Everything the panel knows: its accounts, catalogue, orders and refills, and what happened to them. */

const PLACES = 18;
const ONE = 10n ** BigInt(PLACES);

/** A whole multiple of 10^-18, so that no charge is ever rounded in binary. */
export type Amount = bigint;

export function amountOf(value: string | number): Amount {
	const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value).trim());
	if (!match) throw new Error(`Not a decimal number: ${value}`);
	const [, sign, whole = '0', fraction = ''] = match;
	if (fraction.length > PLACES) throw new Error(`More than ${PLACES} decimals: ${value}`);
	const size = BigInt(whole) * ONE + BigInt(fraction.padEnd(PLACES, '0'));
	return sign ? -size : size;
}

/** Plain notation with at least two decimals and no superfluous zero. */
export function textOf(amount: Amount): string {
	const size = amount < 0n ? -amount : amount;
	const digits = (size % ONE).toString().padStart(PLACES, '0').replace(/0+$/, '');
	return `${amount < 0n ? '-' : ''}${size / ONE}.${digits.padEnd(2, '0')}`;
}

/** The price of `units` when 1,000 of them cost `rate`. */
export const chargeFor = (rate: Amount, units: number): Amount => (rate * BigInt(units)) / 1000n;

export interface Account {
	key: string;
	balance: Amount;
	currency: string;
	active: boolean;
	told?: { balance: Amount; at: number };
}

export interface Transition {
	from: string | null;
	to: string;
	/** Panel time in milliseconds, exact. */
	at: number;
}

export interface Order {
	id: string;
	key: string;
	kind: 'order' | 'subscription' | 'dripfeed';
	/** The drip-feed order or subscription that this one belongs to. */
	parent?: string;
	service: Service;
	fields: Record<string, string>;
	/** What is counted and charged: quantity × runs, lines, or 1 package. */
	units: number;
	unitPrice: Amount;
	charged: Amount;
	/** What the balance really fell by: nothing for the runs of a drip-feed, which were paid as one. */
	debited: Amount;
	refunded: Amount;
	startCount: number | null;
	remains: number;
	delivery?: { from: number; to: number; start: number; end: number };
	status: string;
	placedAt: number;
	placedRealAt: number;
	/** Number of the request that placed it; absent for orders that the panel made itself. */
	request?: number;
	children: string[];
	cancelRequestedAt?: number;
	lastRefill?: number;
	/** Counts up when the order's life is replaced, so that what was due before no longer counts. */
	plan: number;
	transitions: Transition[];
	/** Statuses that a client was told, noted when the reply had been handed to the network. */
	told: string[];
}

export interface Refill {
	id: string;
	key: string;
	order: string;
	status: string;
	requestedAt: number;
	plan: number;
	transitions: Transition[];
	told: string[];
}

export interface CancelRecord {
	id: string;
	key: string;
	order: string;
	at: number;
}

export interface StateOptions {
	seed: string | number;
	services: number;
	/** 0: the clock only moves by `step`. */
	speed: number;
	firstOrderId: number;
	lives: Lives;
	listLimit: number;
	/** How long after an order is taken its account is debited. */
	debitAfterMs: number;
	/** For how long a balance that was told is told again. */
	balanceCachedMs: number;
	/** With each order, another one of exactly its price is canceled and paid back. */
	refundsAnother: boolean;
}

export interface State {
	options: StateOptions;
	clock: Clock;
	scheduler: Scheduler;
	services: Map<number, Service>;
	/** Changes with the catalogue, so that a rendered list can be kept until then. */
	catalogueVersion: number;
	accounts: Map<string, Account>;
	orders: Map<string, Order>;
	refills: Map<string, Refill>;
	cancels: CancelRecord[];
	nextOrder: number;
	nextRefill: number;
	nextCancel: number;
	/** How new IDs are written (`ord_01HG9X…` on some panels). */
	idPrefix: string;
}

export function createState(options: StateOptions): State {
	const catalogue = generateCatalogue(options.seed, options.services);
	return {
		options,
		clock: createClock(Date.now(), options.speed),
		scheduler: createScheduler(),
		services: new Map(catalogue.map((service) => [service.id, service])),
		catalogueVersion: 1,
		accounts: new Map(),
		orders: new Map(),
		refills: new Map(),
		cancels: [],
		nextOrder: options.firstOrderId,
		nextRefill: 1,
		// Not 1, which means no more than "accepted".
		nextCancel: 5,
		idPrefix: '',
	};
}

/** Lets everything happen that is due by the panel's clock; every reader and every request calls it first. */
export function catchUp(state: State): number {
	const now = state.clock.now();
	state.scheduler.runUntil(now);
	return now;
}

export function accountOf(state: State, key: string): Account {
	const account = state.accounts.get(key);
	if (!account) throw new Error(`No such key: ${key}`);
	return account;
}

export function setBalance(state: State, key: string, balance: string | number): void {
	catchUp(state);
	accountOf(state, key).balance = amountOf(balance);
}
