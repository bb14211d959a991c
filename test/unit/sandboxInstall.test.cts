import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lackOf, missingModules } from '../sandbox/completeness.cts';
import { install } from '../sandbox/install.cts';
import { npmEnvironment, WHOLE_INSTALLATION } from '../sandbox/npmEnvironment.cts';
import { ROOT } from '../sandbox/paths.cts';
import { setQuiet } from '../sandbox/progress.cts';

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'smm-install-'));
	setQuiet(true);
});

afterEach(() => {
	setQuiet(false);
	rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
	mkdirSync(dirname(join(folder, path)), { recursive: true });
	writeFileSync(join(folder, path), text);
}

describe('the environment of an npm that installs n8n', () => {
	it('has none of the settings that `npm run` hands on from this repository', () => {
		const names = readFileSync(join(ROOT, '.npmrc'), 'utf8')
			.split('\n')
			.filter((line) => line.includes('=') && !line.startsWith('#'))
			.map((line) => `npm_config_${(line.split('=')[0] ?? '').replace(/-/g, '_')}`);
		expect(names).toContain('npm_config_legacy_peer_deps');
		expect(npmEnvironment(Object.fromEntries(names.map((name) => [name, 'true'])))).toEqual({});
	});

	it('has none of what says which package and script npm is at', () => {
		const own = {
			npm_package_json: '/a/package.json',
			npm_lifecycle_event: 'test:e2e',
			npm_config_local_prefix: '/a',
			NPM_CONFIG_OMIT: 'peer',
			npm_command: 'run',
		};
		expect(npmEnvironment(own)).toEqual({});
	});

	it("keeps how this machine reaches its registry, and all that is not npm's", () => {
		const own = {
			PATH: '/bin',
			npm_config_registry: 'https://registry.example/',
			'npm_config_@acme:registry': 'https://registry.example/acme/',
			npm_config_cafile: '/ca.crt',
			npm_config_https_proxy: 'http://127.0.0.1:3128',
			npm_config_userconfig: '/home/a/.npmrc',
			NPM_CONFIG_CACHE: '/cache',
			npm_config_fetch_retries: '5',
			npm_config_nodedir: '/usr',
		};
		expect(npmEnvironment(own)).toEqual(own);
	});

	it("and its flags outrank a user's own .npmrc", () => {
		write('.npmrc', 'legacy-peer-deps=true\nomit[]=peer\ndry-run=true\n');
		const env = { ...npmEnvironment(process.env), npm_config_userconfig: join(folder, '.npmrc') };
		const settings = (flags: string[]): unknown => {
			const args = ['config', 'ls', '--json', ...flags];
			return JSON.parse(execFileSync('npm', args, { cwd: folder, env, stdio: 'pipe' }).toString());
		};
		expect(settings([])).toMatchObject({ 'legacy-peer-deps': true, omit: ['peer'], 'dry-run': true });
		expect(settings(WHOLE_INSTALLATION)).toMatchObject({
			'legacy-peer-deps': false,
			include: ['peer', 'optional'],
			'dry-run': false,
		});
	});
});

describe('what an installation lacks', () => {
	const add = (path: string, json: object) =>
		write(`node_modules/${path}/package.json`, JSON.stringify(json));

	it('is nothing when dependencies and peers are found from where they are required', () => {
		add('n8n', { dependencies: { '@a/reader': '1' } });
		add('@a/reader', { dependencies: { dates: '1' }, peerDependencies: { n8n: '*', clock: '*' } });
		add('@a/reader/node_modules/dates', {});
		add('clock', {});
		expect(missingModules(folder, 'n8n')).toEqual([]);
	});

	it('is the peer that nobody has installed, and who requires it', () => {
		add('n8n', { dependencies: { reader: '1' } });
		add('reader', { peerDependencies: { dates: '*' } });
		expect(missingModules(folder, 'n8n')).toEqual([{ name: 'dates', wantedBy: 'reader' }]);
	});

	it('is a package that lies where its user does not find it', () => {
		add('n8n', { dependencies: { reader: '1', dates: '1' } });
		add('reader', {});
		add('reader/node_modules/dates', {});
		expect(missingModules(folder, 'n8n')).toEqual([{ name: 'dates', wantedBy: 'n8n' }]);
	});

	it('is not what is optional, but what an optional package requires once it is there', () => {
		add('n8n', {
			dependencies: { absent: '1' },
			optionalDependencies: { absent: '1', present: '1' },
			peerDependencies: { unneeded: '*' },
			peerDependenciesMeta: { unneeded: { optional: true } },
		});
		add('present', { dependencies: { dates: '1' } });
		expect(missingModules(folder, 'n8n')).toEqual([{ name: 'dates', wantedBy: 'present' }]);
	});

	it('is n8n itself in an empty folder', () => {
		expect(missingModules(folder, 'n8n')).toEqual([{ name: 'n8n', wantedBy: 'the installation' }]);
	});

	it('comes as one sentence, or not at all', () => {
		const missing = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, wantedBy: 'x' }));
		expect(lackOf('n8n 2', [], [])).toBeUndefined();
		expect(lackOf('n8n 2', missing.slice(0, 1), [])).toBe('n8n 2 lacks a (required by x).');
		expect(lackOf('n8n 2', missing, ['sqlite3'])).toBe(
			'n8n 2 lacks a (required by x), b (required by x), c (required by x), 2 more packages, ' +
				'a sqlite3 that loads on this machine.',
		);
	});
});

describe('installing into the cache', () => {
	const before = process.env.XDG_CACHE_HOME;
	beforeEach(() => (process.env.XDG_CACHE_HOME = folder));
	afterEach(() => {
		if (before === undefined) delete process.env.XDG_CACHE_HOME;
		else process.env.XDG_CACHE_HOME = before;
	});

	const target = () => join(folder, 'n8n-nodes-smm-panel/n8n');
	const part = (name: string) => join(target(), name);
	const lack = async (at: string) => (existsSync(join(at, 'dates')) ? undefined : 'n8n lacks dates.');
	/** Resolves how often it had to install. */
	async function ensure(files: string[]): Promise<number> {
		let count = 0;
		const work = async (temp: string) => {
			count++;
			for (const name of files) writeFileSync(join(temp, name), '');
		};
		await install(target(), { label: 'Installing n8n', gigabytes: 0, work, lack });
		return count;
	}

	it('is done once', async () => {
		expect(await ensure(['dates'])).toBe(1);
		expect(await ensure(['dates'])).toBe(0);
	});

	it('is done anew where something is lacking, and leaves nothing of the old one', async () => {
		await ensure(['dates', 'old']);
		rmSync(part('dates'));
		expect(await ensure(['dates'])).toBe(1);
		expect([existsSync(part('dates')), existsSync(part('old'))]).toEqual([true, false]);
	});

	it('says what is lacking before it mends it', async () => {
		const log = jest.spyOn(console, 'log').mockImplementation(() => {});
		setQuiet(false);
		await ensure(['dates']);
		expect(log.mock.calls.flat()).not.toContain('n8n lacks dates. It is installed anew.');
		rmSync(part('dates'));
		await ensure(['dates']);
		expect(log.mock.calls.flat()).toContain('n8n lacks dates. It is installed anew.');
		log.mockRestore();
	});

	it('fails when the new one lacks something, too, and does not take it for installed', async () => {
		await expect(ensure([])).rejects.toThrow('Installing n8n has ended, but: n8n lacks dates.');
		expect(existsSync(target())).toBe(false);
		expect(await ensure(['dates'])).toBe(1);
	});

	it('clears away what an interrupted one has left', async () => {
		mkdirSync(`${target()}.partial-1`, { recursive: true });
		mkdirSync(target(), { recursive: true });
		writeFileSync(part('dates'), '');
		expect(await ensure(['dates'])).toBe(1);
		expect(existsSync(`${target()}.partial-1`)).toBe(false);
	});
});
