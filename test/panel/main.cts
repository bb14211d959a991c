import { parseArgs } from 'node:util';
import { startPanel, type DevPanel, type PanelOptions } from './server.cts';

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

Each may also be given in the environment: PANEL_PORT, PANEL_SPEED, PANEL_RATE_LIMIT …
`;

const FLAGS = [
	'port',
	'control-port',
	'speed',
	'latency',
	'seed',
	'services',
	'rate-limit',
	'key',
	'balance',
	'dialect',
] as const;
type Flag = (typeof FLAGS)[number];

function readFlags() {
	const text = { type: 'string' } as const;
	const options = Object.fromEntries(FLAGS.map((flag) => [flag, text])) as Record<Flag, typeof text>;
	const flag = { type: 'boolean', default: false } as const;
	const { values } = parseArgs({ options: { ...options, json: flag, help: flag } });
	const given = (name: Flag): string | undefined =>
		values[name] ?? process.env[`PANEL_${name.toUpperCase().replace('-', '_')}`];
	const number = (name: Flag): number | undefined => {
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
		dialects: given('dialect')
			?.split(',')
			.map((name) => name.trim()),
	};
}

function welcome({ url, key, controlUrl, services, balance }: DevPanel): string {
	return `The development panel is running, with ${services().length} services.

  API URL   ${url}
  API key   ${key}
  Balance   ${balance()}
  Control   ${controlUrl}  (what was received, the ledger, faults, the clock: see test/panel/control.cts)

Ctrl-C stops it.`;
}

async function main(): Promise<void> {
	const flags = readFlags();
	if (flags.help) return console.log(HELP);
	const panel = await startPanel(optionsFrom(flags));
	const { url, key, controlUrl } = panel;
	const stop = () => void panel.stop().then(() => process.exit(0));
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
	console.log(flags.json ? JSON.stringify({ url, key, controlUrl }) : welcome(panel));
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
