/** What the tests of the documents read out of their text, and the tables that are made from the code. */
import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RESOURCES } from '../../nodes/SmmPanel/actions';
import {
	ORDER_FIELDS,
	ORDER_TYPES,
	type OrderFieldName,
	type Units,
} from '../../nodes/SmmPanel/panel/orderTypes';
import { EVENTS } from '../../nodes/SmmPanel/trigger';

export const ROOT = join(__dirname, '../..');

export const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
export const exists = (file: string): boolean => existsSync(join(ROOT, file));

/** Pages that both languages have. */
const PAGES = [
	...['operations', 'order-fields', 'trigger', 'order-book', 'guarantees', 'recipes', 'troubleshooting'],
].map((page) => `${page}.md`);
export const FILES = {
	English: ['README.md', ...PAGES.map((page) => `docs/${page}`)],
	Turkish: ['README.md', ...PAGES].map((page) => `docs/tr/${page}`),
};
const textOf = (files: readonly string[]) => files.map(read).join('\n');
export const LANGUAGES = Object.entries(FILES).map(([language, files]): [string, string] => [
	language,
	textOf(files),
]);
export const [, ENGLISH_TEXT] = LANGUAGES[0] as [string, string];
export const [, TURKISH_TEXT] = LANGUAGES[1] as [string, string];

/** What a form is made of. */
export type Named = INodeProperties | INodePropertyOptions | INodePropertyCollection;

/** Everything from a pattern's matches: the first group of each. */
export const all = (text: string, pattern: RegExp): string[] =>
	[...text.matchAll(pattern)].map((match) => match[1] ?? '');

/** Without code blocks, whose `#` are no headings. */
export const headings = (text: string): Array<{ level: number; title: string }> =>
	[...text.replace(/^```[^]*?^```/gm, '').matchAll(/^(#+) (.+)$/gm)].map(([, marks = '', title = '']) => ({
		level: marks.length,
		title,
	}));

/** JSON examples by the name above them. */
export const examples = (text: string): Array<[name: string, json: string]> =>
	[...text.matchAll(/<!-- example: (.+?) -->\n```json\n([^]*?)\n```/g)].map(([, name = '', json = '']) => [
		name,
		json,
	]);

/** The anchor that a heading gets. */
export const anchor = (title: string): string =>
	title
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\s_-]/gu, '')
		.replace(/\s/g, '-');

/** The texts of all files of a folder, by path. */
export function sources(folder: string): Map<string, string> {
	const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
	const code = files.filter((file) => /\.c?ts$/.test(file)).map((file) => join(folder, file));
	return new Map(code.map((file) => [file, read(file).replace(/\\'/g, "'")]));
}

export interface TableWords {
	types: [type: string, required: string, optional: string, pricedBy: string];
	units: Record<Units | 'runs', string>;
}

export const ENGLISH: TableWords = {
	types: ['Type', 'Required', 'Optional', 'Priced by'],
	units: {
		quantity: '`quantity`',
		runs: '`quantity` × `runs`',
		comments: 'line of `comments`',
		usernames: 'line of `usernames`',
		package: 'package',
		posts: 'post, up to `max` for each',
	},
};

export const TURKISH: TableWords = {
	types: ['Tür', 'Zorunlu', 'İsteğe bağlı', 'Ücretlendirme'],
	units: {
		quantity: '`quantity`',
		runs: '`quantity` × `runs`',
		comments: '`comments` satırı başına',
		usernames: '`usernames` satırı başına',
		package: 'paket',
		posts: 'gönderi başına, en çok `max`',
	},
};

const table = (head: string[], lines: string[][]): string =>
	[head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const code = (names: readonly OrderFieldName[]) => names.map((name) => `\`${name}\``).join(', ');

export const orderTypesTable = ({ types, units }: TableWords): string =>
	table(
		types,
		ORDER_TYPES.map(({ name, required, optional, units: counted }) => {
			const pricedBy = optional.includes('runs') ? 'runs' : counted;
			return [name, code(required), code(optional), units[pricedBy]];
		}),
	);

export const orderFieldsTable = (): string =>
	table(
		['Column', 'In the form', 'What to enter'],
		ORDER_FIELDS.map(({ name, label, description, choices = [] }) => {
			const codes = choices.map(({ value, label: meaning }) => `${value} ${meaning}`).join(', ');
			return [`\`${name}\``, label, codes === '' ? description : `${description}: ${codes}`];
		}),
	);

const sectionLink = (title: string): string => `[${title}](#${anchor(title)})`;

function operationsTable(): string {
	return table(
		['Operation', 'Action in the node panel', 'What it does'],
		RESOURCES.flatMap(({ title, operations }) =>
			operations.map(({ name, action, description }) => [
				sectionLink(`${title}: ${name}`),
				action,
				description,
			]),
		),
	);
}

function eventsTable(): string {
	return table(
		['Event', 'Fires when'],
		EVENTS.map(({ name, description }) => [sectionLink(name), description]),
	);
}

/** The tables that `npm run docs` writes. Field descriptions in Turkish are nobody's but the translator's. */
export const MADE_TABLES: ReadonlyArray<{ file: string; name: string; table: string }> = [
	{ file: 'docs/order-fields.md', name: 'order-types', table: orderTypesTable(ENGLISH) },
	{ file: 'docs/order-fields.md', name: 'order-fields', table: orderFieldsTable() },
	{ file: 'docs/tr/order-fields.md', name: 'order-types', table: orderTypesTable(TURKISH) },
	{ file: 'docs/operations.md', name: 'operations', table: operationsTable() },
	{ file: 'docs/trigger.md', name: 'events', table: eventsTable() },
];
