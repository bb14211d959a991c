import { parseArgs } from 'node:util';
import { startPanel, type PanelOptions } from './server.cts';

/** `npm run panel`: the development panel on its own, until Ctrl-C. */

const HELP = `The development panel: an SMM panel to try workflows against. Nothing it sells is real.

  --port N          port of the API (8787; 0 takes a free one)
  --control-port N  port of the control interface (the API's port + 1)
  --speed N         how fast the panel's time runs (60: a minute a second; 0: only when stepped)
  --latency MS      how long each reply takes
  --seed TEXT       of the catalogue and everything else that is random
  --services N      how many services the catalogue has (1500)
  --rate-limit N    requests a minute allowed for each key
  --key TEXT        the API key
  --balance N       what the account starts with
  --dialect NAMES   how it speaks, separated by commas (see test/panel/dialects*.cts)
  --json            say where it listens as one line of JSON
`;

const TEXTS = ['seed', 'key', 'balance', 'dialect'] as const;
const NUMBERS = ['port', 'control-port', 'speed', 'latency', 'services', 'rate-limit'] as const;

function readFlags() {
	const names: string[] = [...TEXTS, ...NUMBERS];
	const text = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
	const flag = { type: 'boolean' as const, default: false };
	const { values } = parseArgs({ options: { ...text, json: flag, help: flag } });
	const given = (name: string) => (values as unknown as Record<string, string | undefined>)[name];
	const number = (name: (typeof NUMBERS)[number]): number | undefined => {
		const value = given(name);
		if (value === undefined) return undefined;
		if (!/^\d+(\.\d+)?$/.test(value)) throw new Error(`--${name} needs a number, not "${value}".`);
		return Number(value);
	};
	return { given, number, json: values.json, help: values.help };
}

function optionsFrom({ given, number }: ReturnType<typeof readFlags>): PanelOptions {
	const port = number('port') ?? 8787;
	const perMinute = number('rate-limit');
	return {
		port,
		controlPort: number('control-port') ?? (port === 0 ? 0 : port + 1),
		speed: number('speed'),
		latencyMs: number('latency'),
		seed: given('seed'),
		services: number('services'),
		rateLimit: perMinute === undefined ? undefined : { perMinute, style: '429RetryAfter' },
		key: given('key'),
		balance: given('balance'),
		dialects: given('dialect')?.split(/\s*,\s*/),
	};
}

async function main(): Promise<void> {
	const flags = readFlags();
	if (flags.help) return console.log(HELP);
	const panel = await startPanel(optionsFrom(flags));
	const { url, key, controlUrl } = panel;
	const stop = () => void panel.stop().then(() => process.exit(0));
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
	if (flags.json) return console.log(JSON.stringify({ url, key, controlUrl }));
	console.log(`The development panel is running, with ${panel.services().length} services.

  API URL   ${url}
  API key   ${key}
  Balance   ${panel.balance()}
  Control   ${controlUrl}  (what was received, faults, the clock: see test/panel/control.cts)

Ctrl-C stops it.`);
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
