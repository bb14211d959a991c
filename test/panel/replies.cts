import type { Answer, Item, OrderFigures, Quirks } from './actions.cts';
import type { Service } from './catalogue.cts';
import { refusalText, type Refusal } from './refusals.cts';

/** Turns answers into replies: the seed panel's by default, another panel's with dialects. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Row = { [name: string]: Json };
export type Kind = Answer['kind'];
export type AnswerOf<K extends Kind> = Extract<Answer, { kind: K }>;

export interface Reply {
	status: number;
	contentType: string;
	json: Json;
}

/** How the parts of a reply are written; shapes put them together. */
export interface Writer {
	/** An ID, as the seed panel writes it in this place: most are numbers, some are text. */
	id(id: string, seed?: 'number' | 'text'): Json;
	text(refusal: Refusal): string;
	figures(figures: OrderFigures): Row;
	status(status: string): string;
	service(service: Service, position: number): Row;
}

export type Shapes = { [K in Kind]?: (answer: AnswerOf<K>, write: Writer) => Json };

export interface Dialect {
	/** Written in front of the IDs of orders and refills made from now on. */
	idPrefix?: string;
	/** Which of the texts for the same refusal. */
	wording?: number;
	quirks?: Partial<Quirks>;
	id?: (id: string) => Json;
	status?: (status: string) => string;
	service?: (row: Row, position: number) => Row;
	figures?: (row: Row, figures: OrderFigures) => Row;
	shapes?: Shapes;
	/** Last touch on the whole reply. */
	whole?: (reply: Reply, answer: Answer) => Reply;
}

export const isInteger = (id: string) => /^\d{1,15}$/.test(id);

const seedId = (id: string, seed: 'number' | 'text' = 'number'): Json =>
	seed === 'number' && isInteger(id) ? Number(id) : id;

const seedService = (service: Service): Row => ({
	service: service.id,
	name: service.name,
	type: service.type,
	category: service.category,
	rate: service.rate,
	min: String(service.min),
	max: String(service.max),
	dripfeed: service.dripfeed,
	refill: service.refill,
	cancel: service.cancel,
});

function seedFigures(figures: OrderFigures, write: Writer): Row {
	const status = write.status(figures.status);
	const orders = figures.children.map((id) => write.id(id, 'text'));
	if (figures.kind === 'subscription')
		return { status, expiry: figures.expiry, posts: figures.posts, orders };
	if (figures.kind === 'dripfeed') return { status, runs: figures.runs, orders };
	return {
		charge: figures.charge,
		start_count: String(figures.startCount ?? 0),
		status,
		remains: String(figures.remains),
		currency: figures.currency,
	};
}

/** An item's value as written by `value`, or its refusal as `{error}`. */
export const written = <T,>(item: Item<T>, write: Writer, value: (value: T) => Json): Json =>
	'refused' in item ? { error: write.text(item.refused) } : value(item.value);

const SEED: Required<Shapes> = {
	services: ({ services }, write) => services.map((service, position) => write.service(service, position)),
	add: ({ order }, write) => ({ order: write.id(order) }),
	status: ({ figures }, write) => write.figures(figures),
	statuses: ({ items }, write) =>
		Object.fromEntries(items.map((item) => [item.id, written(item, write, write.figures)])),
	refill: ({ refill }, write) => ({ refill: write.id(refill, 'text') }),
	refills: ({ items }, write) =>
		items.map((item) => ({ order: write.id(item.id), refill: written(item, write, (id) => write.id(id)) })),
	refillStatus: ({ status }, write) => ({ status: write.status(status) }),
	refillStatuses: ({ items }, write) =>
		items.map((item) => ({ refill: write.id(item.id), status: written(item, write, write.status) })),
	cancels: ({ items }, write) =>
		items.map((item) => ({ order: write.id(item.id), cancel: written(item, write, () => 1) })),
	balance: ({ balance, currency }) => ({ balance, currency }),
	refusal: ({ refusal }, write) => ({ error: write.text(refusal) }),
};

function writerFor(dialects: readonly Dialect[]): Writer {
	const ids = dialects.flatMap((dialect) => dialect.id ?? []);
	const words = dialects.flatMap((dialect) => dialect.status ?? []);
	const rows = dialects.flatMap((dialect) => dialect.service ?? []);
	const figures = dialects.flatMap((dialect) => dialect.figures ?? []);
	const wording = dialects.reduce((found, dialect) => dialect.wording ?? found, 0);
	const writer: Writer = {
		id: (id, seed) => (ids.length > 0 ? (ids[ids.length - 1]?.(id) ?? id) : seedId(id, seed)),
		text: (refusal) => refusalText(refusal, wording),
		status: (status) => words.reduce((word, change) => change(word), status),
		service: (service, position) => rows.reduce((row, change) => change(row, position), seedService(service)),
		figures: (order) => {
			const row = seedFigures(order, writer);
			// Subscriptions and drip-feed orders have neither charge nor counts to vary.
			return order.kind === 'order' ? figures.reduce((done, change) => change(done, order), row) : row;
		},
	};
	return writer;
}

export interface Renderer {
	render(answer: Answer): Reply;
	quirks: Quirks;
	idPrefix: string;
}

export function createRenderer(dialects: readonly Dialect[]): Renderer {
	const writer = writerFor(dialects);
	const shapes = dialects.reduce<Required<Shapes>>((all, { shapes: own }) => ({ ...all, ...own }), SEED);
	return {
		render(answer) {
			const shape = shapes[answer.kind] as (answer: Answer, write: Writer) => Json;
			const reply: Reply = { status: 200, contentType: 'application/json', json: shape(answer, writer) };
			return dialects.reduce((done, dialect) => dialect.whole?.(done, answer) ?? done, reply);
		},
		quirks: {
			noLists: dialects.flatMap((dialect) => dialect.quirks?.noLists ?? []),
			cancelAllOrNothing: dialects.some((dialect) => dialect.quirks?.cancelAllOrNothing),
			listLimit: dialects.reduce<number | undefined>(
				(found, dialect) => dialect.quirks?.listLimit ?? found,
				undefined,
			),
		},
		idPrefix: dialects.reduce((found, dialect) => dialect.idPrefix ?? found, ''),
	};
}

export const without = (row: Row, names: readonly string[]): Row =>
	Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

/** The reply with its object changed; one that is no object stays as it is. */
export const withRow = (reply: Reply, change: (row: Row) => Row): Reply =>
	typeof reply.json === 'object' && reply.json !== null && !Array.isArray(reply.json)
		? { ...reply, json: change(reply.json) }
		: reply;
