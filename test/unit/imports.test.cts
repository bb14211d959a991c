/** The layers of the house: which folder may import which, and that nothing imports in a circle. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

const filesIn = (folder: string): string[] =>
	readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.c?ts$/.test(name))
		.map((name) => path.posix.join(folder, name.split(path.sep).join('/')));

const FILES = ['nodes', 'credentials', 'test'].flatMap(filesIn);

/** The file that a relative import names; undefined for one that is not there. */
function target(from: string, specifier: string): string | undefined {
	const base = path.posix.join(path.posix.dirname(from), specifier);
	return [base, `${base}.ts`, `${base}.cts`, `${base}/index.ts`].find((file) => FILES.includes(file));
}

const IMPORT = /(?:from|import|require\()\s*'(\.{1,2}\/[^']*)'/g;
const importsOf = new Map(
	FILES.map((file) => [
		file,
		[...readFileSync(path.join(ROOT, file), 'utf8').matchAll(IMPORT)].flatMap(([, specifier = '']) => {
			const found = target(file, specifier);
			return found ? [found] : [];
		}),
	]),
);

const HOUSE = 'nodes/SmmPanel/';
/** A folder and what it may import besides itself. */
const MAY_IMPORT: Record<string, string[]> = {
	panel: [],
	shared: ['panel'],
	book: ['shared', 'panel'],
	actions: ['book', 'shared', 'panel'],
	trigger: ['book', 'shared', 'panel'],
	methods: ['book', 'shared', 'panel'],
	'': ['actions', 'trigger', 'methods'],
};

const folderOf = (file: string) => {
	const parts = file.slice(HOUSE.length).split('/');
	return parts.length > 1 ? (parts[0] ?? '') : '';
};

test('every folder of the nodes is one of the house', () => {
	const folders = new Set(FILES.filter((file) => file.startsWith(HOUSE)).map(folderOf));
	expect([...folders].filter((folder) => !(folder in MAY_IMPORT))).toEqual([]);
});

test('no import of the nodes runs upwards', () => {
	const upwards = FILES.filter((file) => file.startsWith(HOUSE)).flatMap((file) =>
		(importsOf.get(file) ?? [])
			.filter((imported) => {
				const [from, to] = [folderOf(file), folderOf(imported)];
				return !imported.startsWith(HOUSE) || (from !== to && !MAY_IMPORT[from]?.includes(to));
			})
			.map((imported) => `${file} imports ${imported}`),
	);
	expect(upwards).toEqual([]);
});

test('the panel layer knows nothing of n8n', () => {
	const texts = filesIn(`${HOUSE}panel`).map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')]);
	expect(texts.filter(([, text]) => text?.includes('n8n-workflow')).map(([file]) => file)).toEqual([]);
});

test('nothing imports in a circle', () => {
	const done = new Set<string>();
	const circles: string[] = [];
	const visit = (file: string, way: readonly string[]): void => {
		if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
		if (done.has(file) || way.includes(file)) return;
		for (const imported of importsOf.get(file) ?? []) visit(imported, [...way, file]);
		done.add(file);
	};
	for (const file of FILES) visit(file, []);
	expect(circles).toEqual([]);
});
