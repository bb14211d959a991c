import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { panelFunctions, type NewKey, type Outage, type PanelFunctions } from './control.cts';
import { answer, createControl, send } from './http.cts';
import { createPanel, type PanelSetup, type Settings } from './panel.cts';
import { createState } from './state.cts';

/** The development panel: an SMM panel over HTTP, with everything that tests need to see and to steer. */

export interface PanelOptions extends Settings, PanelSetup {
	/** 0, the default, takes a free one. */
	port?: number;
	controlPort?: number;
	host?: string;
	/** Of everything random. */
	seed?: string | number;
	/** How many services the catalogue has. */
	services?: number;
	key?: string;
	balance?: string | number;
	currency?: string;
	/** More accounts. */
	keys?: NewKey[];
	firstOrderId?: number;
}

export interface DevPanel extends PanelFunctions, Outage {
	/** The API's address. */
	url: string;
	/** Answers even while the API is down. */
	controlUrl: string;
	key: string;
	stop(): Promise<void>;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

interface Listener {
	port(): number;
	open(): Promise<void>;
	close(): Promise<void>;
	/** Drops every connection, those to come included. */
	setDropping(dropping: boolean): void;
}

/** Resolves with the port: a free one for 0. */
const listen = (server: Server, host: string, port: number): Promise<number> =>
	new Promise((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => {
			const taken = error.code === 'EADDRINUSE';
			reject(
				taken
					? new Error(`Port ${port} is already in use: stop what uses it, or choose another port.`)
					: error,
			);
		});
		server.listen(port, host, () => {
			const address = server.address();
			resolve(typeof address === 'object' && address ? address.port : port);
		});
	});

function listener(handle: Handle, host: string, wantedPort: number): Listener {
	const sockets = new Set<Socket>();
	let port = wantedPort;
	let dropping = false;
	let server: Server | undefined;
	const dropAll = () => sockets.forEach((socket) => socket.destroy());

	function create(): Server {
		// Longer than any client keeps a connection: the panel is not the one to close it under a request.
		const made = createServer({ keepAliveTimeout: 120_000 }, handle);
		made.on('connection', (socket) => {
			if (dropping) return socket.destroy();
			sockets.add(socket);
			socket.on('close', () => sockets.delete(socket));
		});
		return made;
	}

	const open = async () => {
		const made = create();
		port = await listen(made, host, port);
		server = made;
	};

	const close = () =>
		new Promise<void>((resolve) => {
			const closing = server;
			server = undefined;
			if (!closing) return resolve();
			closing.close(() => resolve());
			dropAll();
		});

	return {
		port: () => port,
		open,
		close,
		setDropping(value) {
			dropping = value;
			if (value) dropAll();
		},
	};
}

/** Delayed replies, forgotten when the panel stops. */
function createTimers() {
	const timers = new Set<NodeJS.Timeout>();
	return {
		later(ms: number, run: () => void) {
			if (ms <= 0) return run();
			const timer = setTimeout(() => {
				timers.delete(timer);
				run();
			}, ms);
			timers.add(timer);
		},
		clear: () => timers.forEach(clearTimeout),
	};
}

function outageOf(api: Listener): Outage {
	let state: 'up' | 'refuse' | 'drop' = 'up';
	const up = async () => {
		if (state === 'refuse') await api.open();
		api.setDropping(false);
		state = 'up';
	};
	return {
		up,
		async down(how = 'refuse') {
			if (state !== 'up') await up();
			if (how === 'drop') api.setDropping(true);
			else await api.close();
			state = how;
		},
	};
}

function panelFrom(options: PanelOptions) {
	const { key = 'dev-panel-key', balance = '10000', currency = 'USD', seed = 1 } = options;
	const state = createState({
		seed,
		services: options.services ?? 1500,
		speed: options.speed ?? 1,
		firstOrderId: options.firstOrderId ?? 23501,
		lives: options.lives ?? { kind: 'usual' },
		refuseDuplicateLinks: options.refuseDuplicateLinks ?? false,
		listLimit: options.listLimit ?? 100,
		debitAfterMs: options.debitAfterMs ?? 0,
		balanceCachedMs: options.balanceCachedMs ?? 0,
		refundsAnother: options.refundsAnother ?? false,
	});
	const panel = createPanel(state, options);
	const functions = panelFunctions(panel, key);
	functions.addKey({ key, balance, currency });
	for (const account of options.keys ?? []) functions.addKey(account);
	return { panel, functions, key };
}

const NOT_FOUND = { status: 404, headers: { 'content-type': 'text/html' }, text: '<h1>404 Not Found</h1>' };

export async function startPanel(options: PanelOptions = {}): Promise<DevPanel> {
	const { panel, functions, key } = panelFrom(options);
	const host = options.host ?? '127.0.0.1';
	const timers = createTimers();
	const control = createControl(() => ({ ...functions, ...outage }));

	const api = listener(
		(request, response) => {
			const path = request.url ?? '';
			if (path.startsWith('/control/')) void control(request, response);
			else if (path.startsWith('/api'))
				answer(panel, request, response, timers.later).catch(() => response.destroy());
			else send(response, NOT_FOUND);
		},
		host,
		options.port ?? 0,
	);
	const controlListener = listener(
		(request, response) => void control(request, response),
		host,
		options.controlPort ?? 0,
	);
	const outage = outageOf(api);

	await api.open();
	await controlListener.open().catch(async (error: unknown) => {
		await api.close();
		throw error;
	});
	return {
		...functions,
		...outage,
		url: `http://${host}:${api.port()}/api/v2`,
		controlUrl: `http://${host}:${controlListener.port()}/control`,
		key,
		async stop() {
			timers.clear();
			await Promise.all([api.close(), controlListener.close()]);
		},
	};
}
