import { parseArgs } from 'node:util';
import { startPanel } from './server.cts';

/** `npm run panel`: the development panel on its own, until Ctrl-C. */

const HELP = `The development panel: an SMM panel to try workflows against. Nothing it sells is real.

  --port N         where it listens (8787; 0 takes a free port)
  --speed N        how fast the panel's time runs (60: a minute a second; 0: only when stepped)
  --latency MS     how long each reply takes
  --services N     how many services the catalogue has (1500)
  --rate-limit N   requests a minute allowed for each key
  --key TEXT       the API key
  --balance N      what the account starts with
  --dialect NAMES  how it speaks, separated by commas (see test/panel/dialects*.cts)
`;

const NAMES = ['port', 'speed', 'latency', 'services', 'rate-limit', 'key', 'balance', 'dialect'] as const;

async function main(): Promise<void> {
	const text = Object.fromEntries(NAMES.map((name) => [name, { type: 'string' as const }]));
	const { values } = parseArgs({ options: { ...text, help: { type: 'boolean' } } });
	if (values.help) return console.log(HELP);
	const given = values as Partial<Record<(typeof NAMES)[number], string>>;
	const number = (name: (typeof NAMES)[number]): number | undefined => {
		const value = given[name];
		if (value === undefined || /^\d+(\.\d+)?$/.test(value))
			return value === undefined ? value : Number(value);
		throw new Error(`--${name} needs a number, not "${value}".`);
	};
	const perMinute = number('rate-limit');
	const panel = await startPanel({
		port: number('port') ?? 8787,
		speed: number('speed'),
		latencyMs: number('latency'),
		services: number('services'),
		rateLimit: perMinute === undefined ? undefined : { perMinute, style: '429RetryAfter' },
		key: given.key,
		balance: given.balance,
		dialects: given.dialect?.split(/\s*,\s*/),
	});
	const stop = () => void panel.stop().then(() => process.exit(0));
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
	console.log(`The development panel is running, with ${panel.services().length} services.

  API URL   ${panel.url}
  API key   ${panel.key}
  Balance   ${panel.balance()}
  Control   ${new URL('/control/', panel.url).href}NAME  (what was received, faults, the clock: see test/panel/control.cts)

Ctrl-C stops it.`);
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
