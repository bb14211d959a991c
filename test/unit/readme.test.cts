/** README and documentation, held against the code: what they name exists, and what they show is so. */
import type { INodeProperties, INodePropertyOptions, INodeType } from 'n8n-workflow';
import { statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { SmmPanelApi } from '../../credentials/SmmPanelApi.credentials';
import { SmmPanelN8nApi } from '../../credentials/SmmPanelN8nApi.credentials';
import { RESOURCES } from '../../nodes/SmmPanel/actions';
import { SmmPanel } from '../../nodes/SmmPanel/SmmPanel.node';
import { SmmPanelTrigger } from '../../nodes/SmmPanel/SmmPanelTrigger.node';
import { ORDER_FIELDS } from '../../nodes/SmmPanel/panel/orderTypes';
import { marked } from '../sandbox/marked.cts';
import {
	all,
	anchor,
	ENGLISH_TEXT,
	examples,
	exists,
	FILES,
	headings,
	LANGUAGES,
	MADE_TABLES,
	read,
	ROOT,
	sources,
	TURKISH_TEXT,
	type Named,
} from './readmeText.cts';

const OTHERS = ['CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'docs/measurements.md'];
const DOCUMENTS = [...FILES.English, ...FILES.Turkish, ...OTHERS].map((file): [string, string] => [
	file,
	read(file),
]);

const operations = RESOURCES.flatMap(({ title: name, operations: own }) =>
	own.map((operation) => `${name}: ${operation.name}`),
);

/** Every field, also those in collections, by the name that the editor shows. */
const fieldNames = (fields: readonly Named[]): string[] =>
	fields.flatMap((field) => {
		if (!('displayName' in field)) return [];
		const inner = 'options' in field ? (field.options ?? []) : 'values' in field ? field.values : [];
		const own = !('type' in field) || ['notice', 'hidden'].includes(field.type) ? [] : [field.displayName];
		return [...own, ...fieldNames(inner as Named[])];
	});

const choices = ({ description }: INodeType, names: readonly string[]): string[] => {
	const inside = (fields: readonly Named[]): INodeProperties[] =>
		fields.flatMap((field) =>
			'displayName' in field && 'type' in field ? [field, ...inside((field.options ?? []) as Named[])] : [],
		);
	return inside(description.properties)
		.filter(({ name }) => names.includes(name))
		.flatMap(({ options = [] }) => (options as INodePropertyOptions[]).map(({ name }) => name));
};

const nodes = [new SmmPanel(), new SmmPanelTrigger()];
const credentials = [new SmmPanelApi(), new SmmPanelN8nApi()];

describe.each(LANGUAGES)('%s', (_, text) => {
	const titles = headings(text).map(({ title }) => title);

	test.each(operations)('has a section for %s', (operation) => expect(titles).toContain(operation));

	test('has a section for each event of the trigger', () => {
		expect(titles).toEqual(expect.arrayContaining(choices(nodes[1] as INodeType, ['event'])));
	});

	test('names every field by the name that the editor shows', () => {
		const shown = [...nodes.map(({ description }) => description), ...credentials].flatMap(
			({ displayName, properties }) => [displayName, ...fieldNames(properties)],
		);
		const missing = [...new Set(shown)].filter(
			(name) => name !== 'Resource' && !text.includes(`**${name}**`),
		);
		expect(missing).toEqual([]);
	});

	test('names every watch list and every way to begin', () => {
		const missing = choices(nodes[1] as INodeType, ['source', 'firstCheck']).filter(
			(name) => !text.includes(`**${name}**`),
		);
		expect(missing).toEqual([]);
	});

	test('lists the fields of orders with their labels', () => {
		const rows = marked(text, 'order-fields').split('\n').slice(2);
		expect(rows.map((row) => row.split(' | ', 2).join(' | '))).toEqual(
			ORDER_FIELDS.map(({ name, label }) => `| \`${name}\` | ${label}`),
		);
	});

	test('names the addresses that the credentials begin with', () => {
		const [panel, n8n] = credentials.map(({ properties }) => properties[0]?.default as string);
		expect(text).toContain(`\`${panel}\``);
		expect(text).toContain(`\`${n8n}\``);
	});

	test.each(examples(text))('the example %s is JSON', (_, json) =>
		expect(() => JSON.parse(json) as unknown).not.toThrow(),
	);

	test('shows no JSON but examples that a test runs', () => {
		expect(all(text, /^```(json)$/gm)).toHaveLength(examples(text).length);
	});
});

test('README.md is read on two screens', () => {
	const text = read('README.md');
	expect(text.split('\n').length).toBeLessThanOrEqual(220);
	expect(text.split(/\s+/).length).toBeLessThanOrEqual(1800);
});

test.each(MADE_TABLES)('$file has the table "$name" as `npm run docs` writes it', ({ file, name, table }) => {
	expect(marked(read(file), name)).toBe(table);
});

describe('troubleshooting', () => {
	const code = [...sources('nodes'), ...sources('credentials'), ...sources('test/panel')]
		.filter(([file]) => !file.endsWith('.test.cts'))
		.map(([, text]) => text);
	// What panels were seen to say
	const replies = ['own', 'second'].map((name) => read(`test/fixtures/replies/${name}.json`));
	/** The texts in the table's first column; `…` stands for what differs. */
	const quoted = (text: string) =>
		all(marked(text, 'errors'), /^\| (.+?) \|/gm)
			.slice(2)
			.flatMap((cell) => all(cell, /`([^`]+)`/g));

	test.each(quoted(ENGLISH_TEXT))('the node or a panel really says: %s', (error) => {
		const parts = error
			.split('…')
			.map((part) => part.replace(/^[\s":().,]+|[\s":().,]+$/g, ''))
			.filter(Boolean);
		const pattern = new RegExp(
			parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^\\n]{1,120}?'),
		);
		expect([...code, ...replies].some((text) => pattern.test(text))).toBe(true);
	});

	test('both languages explain the same errors', () => {
		expect(quoted(TURKISH_TEXT)).toEqual(quoted(ENGLISH_TEXT));
	});
});

/** The file that a link in `file` names, from the repository's root. */
const beside = (file: string, target: string) => posix.join(posix.dirname(file), target);

describe('what the documents name', () => {
	const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

	test.each(DOCUMENTS)('%s: every npm script exists', (_, text) => {
		const missing = all(text, /npm run ([\w:-]+)/g).filter((name) => !(name in scripts));
		expect(missing).toEqual([]);
	});

	test.each(DOCUMENTS)('%s: every file it links exists', (file, text) => {
		const targets = all(text, /(?<!!)\[[^\]]*\]\((?!https?:|#)([^)#]+)/g);
		expect([file, targets.filter((target) => !exists(beside(file, target)))]).toEqual([file, []]);
	});

	const anchorsOf = (text: string) => headings(text).map(({ title }) => anchor(title));

	test.each(DOCUMENTS)('%s: every section it links to exists', (file, text) => {
		const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)];
		const missing = links.filter(([, target = '', section = '']) => {
			const page = target === '' ? text : read(beside(file, target));
			return !anchorsOf(page).includes(section);
		});
		expect(missing.map(([link]) => link)).toEqual([]);
	});

	test.each(DOCUMENTS)('%s: every picture it shows is there and loads fast', (file, text) => {
		const pictures = all(text, /!\[[^\]]+\]\(([^)]+)\)/g).map((picture) => beside(file, picture));
		expect(pictures.filter((picture) => !exists(picture))).toEqual([]);
		expect(pictures.filter((picture) => statSync(join(ROOT, picture)).size >= 150 * 1024)).toEqual([]);
	});

	test('the map of the code names what is there', () => {
		const map = /## How the code is laid out\n\n```\n([^]*?)```/.exec(read('CONTRIBUTING.md'))?.[1] ?? '';
		const paths = all(map, /((?:nodes|credentials|test|examples)\/[\w./]*)/g);
		expect(paths.length).toBeGreaterThan(10);
		expect(paths.filter((path) => !exists(path))).toEqual([]);
	});
});

test('scripts find the places for what they measure', () => {
	expect(marked(read('README.md'), 'compatibility')).not.toBe('');
	for (const name of ['bench', 'soak']) expect(marked(read('docs/measurements.md'), name)).not.toBe('');
});

test.each(FILES.English.map((file, index) => [file, FILES.Turkish[index] ?? '']))(
	'%s and %s have the same sections, examples, pictures and lists',
	(english, turkish) => {
		const [one, other] = [read(english), read(turkish)];
		const shape = (text: string) => headings(text).map(({ level }) => level);
		expect(shape(other)).toEqual(shape(one));
		expect(examples(other)).toEqual(examples(one));
		const pictures = (text: string) =>
			all(text, /!\[[^\]]+\]\(([^)]+)\)/g).map((file) => posix.basename(file));
		expect(pictures(other)).toEqual(pictures(one));
		const lists = (text: string) => all(text, /^ *(- |\d+\. )/gm).length;
		expect(lists(other)).toBe(lists(one));
	},
);

test('no document names a registry host or a path of someone’s machine', () => {
	const files = [
		'.github/workflows/ci.yml',
		'.github/workflows/publish.yml',
		...DOCUMENTS.map(([file]) => file),
	];
	for (const file of files) expect(read(file)).not.toMatch(/npmjs\.(com|org)|\/(home|root|Users|work)\//);
});
