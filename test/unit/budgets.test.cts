/** What the house may weigh. A change that needs more takes something else away first. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Those of the round that is under way: what is reached is not given back. */
const MOST = {
	productLines: 15_700,
	productFiles: 116,
	linesOfAFile: 250,
	namesInManyFiles: 1,
	unitsOutsidePolicies: 0,
	testLines: 29_000,
	linesOfATest: 250,
};

interface Source {
	path: string;
	lines: string[];
}

const sourcesIn = (folder: string, ending: RegExp): Source[] =>
	readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile() && ending.test(entry.name))
		.map((entry) => join(entry.parentPath ?? entry.path, entry.name))
		.map((path) => ({ path, lines: readFileSync(path, 'utf8').trimEnd().split('\n') }));

const product = [...sourcesIn('nodes', /\.ts$/), ...sourcesIn('credentials', /\.ts$/)];
const tests = sourcesIn('test', /\.c[jt]s$/);

const lengthOf = (sources: Source[]): number => sources.reduce((sum, { lines }) => sum + lines.length, 0);
const longerThan = (most: number, sources: Source[]): string[] =>
	sources.filter(({ lines }) => lines.length > most).map(({ path, lines }) => `${path}: ${lines.length}`);

const DECLARED =
	/^(?:export )?(?:default )?(?:async )?(?:const|let|function|class|interface|type|enum) (\w+)/;
const UNIT = /^\s*(?:export )?const (\w+_(?:MS|SECONDS|MINUTES|HOURS|DAYS|BYTES))\b/;

const declaredIn = (name: RegExp, { lines }: Source): string[] => [
	...new Set(lines.flatMap((line) => name.exec(line)?.[1] ?? [])),
];

test('the product has so many lines, in so many files', () => {
	expect(lengthOf(product)).toBeLessThanOrEqual(MOST.productLines);
	expect(product.length).toBeLessThanOrEqual(MOST.productFiles);
});

test('a file can be read in one sitting', () => {
	expect(longerThan(MOST.linesOfAFile, product)).toEqual([]);
	expect(longerThan(MOST.linesOfATest, tests)).toEqual([]);
});

test('a name means one thing: hardly any is declared at the top of more than two files', () => {
	const files = new Map<string, string[]>();
	for (const source of product) {
		for (const name of declaredIn(DECLARED, source)) {
			files.set(name, [...(files.get(name) ?? []), basename(source.path)]);
		}
	}
	const inMany = [...files].filter(([, { length }]) => length > 2);
	// One more than allowed: all are shown
	expect(inMany.length > MOST.namesInManyFiles ? inMany : []).toEqual([]);
});

test('numbers with a unit stand in policies.ts, each with its reason', () => {
	const outside = product
		.filter(({ path }) => basename(path) !== 'policies.ts')
		.flatMap((source) => declaredIn(UNIT, source).map((name) => `${source.path}: ${name}`));
	expect(outside.length > MOST.unitsOutsidePolicies ? outside : []).toEqual([]);
});

test('the tests have so many lines', () => {
	expect(lengthOf(tests)).toBeLessThanOrEqual(MOST.testLines);
});
