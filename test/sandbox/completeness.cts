import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package that another one requires and that Node would not find from there. */
export interface MissingModule {
	name: string;
	wantedBy: string;
}

interface PackageJson {
	dependencies?: Record<string, string>;
	optionalDependencies?: Record<string, string>;
	peerDependencies?: Record<string, string>;
	peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

/**
 * Walks from a package in `folder/node_modules` through all that it requires, peers included, and lists what is
 * not there, each name once. It does not compare versions, which npm does.
 */
export function missingModules(folder: string, name: string): MissingModule[] {
	const missing = new Map<string, MissingModule>();
	const seen = new Set<string>();
	const queue: Array<{ name: string; from: string; wantedBy: string; required: boolean }> = [
		{ name, from: folder, wantedBy: 'the installation', required: true },
	];
	for (let wanted = queue.pop(); wanted; wanted = queue.pop()) {
		const found = locate(wanted.name, wanted.from, folder);
		if (found === undefined) {
			if (wanted.required) missing.set(wanted.name, { name: wanted.name, wantedBy: wanted.wantedBy });
			continue;
		}
		if (seen.has(found)) continue;
		seen.add(found);
		const from = found;
		const wantedBy = wanted.name;
		queue.push(...needs(readPackage(found)).map((need) => ({ ...need, from, wantedBy })));
	}
	return [...missing.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** As Node does: the nearest `node_modules` upwards that has it, up to `top`. */
function locate(name: string, from: string, top: string): string | undefined {
	for (let at = from; ; at = dirname(at)) {
		const candidate = join(at, 'node_modules', name);
		if (existsSync(join(candidate, 'package.json'))) return candidate;
		if (at === top || at === dirname(at)) return undefined;
	}
}

/** Optional packages may be absent, on another platform for example; n8n loads those that are there. */
function needs(json: PackageJson): Array<{ name: string; required: boolean }> {
	const optional = Object.keys(json.optionalDependencies ?? {});
	const peers = Object.keys(json.peerDependencies ?? {});
	const required = [
		...Object.keys(json.dependencies ?? {}).filter((name) => !optional.includes(name)),
		...peers.filter((name) => !json.peerDependenciesMeta?.[name]?.optional),
	];
	return [
		...required.map((name) => ({ name, required: true })),
		...optional.map((name) => ({ name, required: false })),
	];
}

const readPackage = (folder: string): PackageJson =>
	JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;

const SHOWN = 3;

/** One sentence on what an n8n lacks; undefined: nothing. `broken` are native modules that do not load. */
export function lackOf(what: string, missing: MissingModule[], broken: string[]): string | undefined {
	const lacks = [
		...missing.slice(0, SHOWN).map(({ name, wantedBy }) => `${name} (required by ${wantedBy})`),
		...(missing.length > SHOWN ? [`${missing.length - SHOWN} more packages`] : []),
		...broken.map((name) => `a ${name} that loads on this machine`),
	];
	return lacks.length > 0 ? `${what} lacks ${lacks.join(', ')}.` : undefined;
}
