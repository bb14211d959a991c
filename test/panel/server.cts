import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { panelFunctions, type Outage, type PanelFunctions } from './control.cts';
import { answer, createControl, send } from './http.cts';
import { createPanel, type PanelSetup, type Settings } from './panel.cts';
import { createState } from './state.cts';

/** The development panel: an SMM panel over HTTP, with everything that tests need to see and to steer. */

export interface PanelOptions extends Settings, PanelSetup {
	/** 0, the default, takes a free one. */
	port?: number;
	/** Of everything random. */
	seed?: string | number;
	/** How many services the catalogue has. */
	services?: number;
	key?: string;
	balance?: string | number;
	currency?: string;
	firstOrderId?: number;
}

export interface DevPanel extends PanelFunctions, Outage {
	/** The API's address. */
	url: string;
	key: string;
	stop(): Promise<void>;
}

/** Resolves with the port: a free one for 0. */
const listen = (server: Server, port: number): Promise<number> =>
	new Promise((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => {
			const taken = `Port ${port} is already in use: stop what uses it, or choose another port.`;
			reject(error.code === 'EADDRINUSE' ? new Error(taken) : error);
		});
		server.listen(port, '127.0.0.1', () => {
			const address = server.address();
			resolve(typeof address === 'object' && address ? address.port : port);
		});
	});

/** A server that can go away and come back at the same port. */
function listener(handle: (request: IncomingMessage, response: ServerResponse) => void, wantedPort: number) {
	const sockets = new Set<Socket>();
	let port = wantedPort;
	let dropping = false;
	let server: Server | undefined;
	const dropAll = () => sockets.forEach((socket) => socket.destroy());

	async function open(): Promise<void> {
		// Longer than any client keeps a connection: the panel is not the one to close it under a request.
		const made = createServer({ keepAliveTimeout: 120_000 }, handle);
		made.on('connection', (socket) => {
			if (dropping) return socket.destroy();
			sockets.add(socket);
			socket.on('close', () => sockets.delete(socket));
		});
		port = await listen(made, port);
		server = made;
	}

	const close = () =>
		new Promise<void>((resolve) => {
			const closing = server;
			server = undefined;
			if (!closing) return resolve();
			closing.close(() => resolve());
			dropAll();
		});

	async function up(): Promise<void> {
		dropping = false;
		if (server === undefined) await open();
	}

	return {
		port: () => port,
		close,
		up,
		async down(how: 'refuse' | 'drop' = 'refuse'): Promise<void> {
			await up();
			if (how === 'refuse') return await close();
			dropping = true;
			dropAll();
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
		listLimit: options.listLimit ?? 100,
		debitAfterMs: options.debitAfterMs ?? 0,
		balanceCachedMs: options.balanceCachedMs ?? 0,
		refundsAnother: options.refundsAnother ?? false,
	});
	const panel = createPanel(state, options);
	const functions = panelFunctions(panel, key);
	functions.addKey({ key, balance, currency });
	return { panel, functions, key };
}

const NOT_FOUND = { status: 404, headers: { 'content-type': 'text/html' }, text: '<h1>404 Not Found</h1>' };

export async function startPanel(options: PanelOptions = {}): Promise<DevPanel> {
	const { panel, functions, key } = panelFrom(options);
	const control = createControl(functions);
	/** Replies that are late, forgotten when the panel stops. */
	const timers = new Set<NodeJS.Timeout>();
	function later(ms: number, run: () => void): void {
		if (ms <= 0) return run();
		const timer = setTimeout(() => {
			timers.delete(timer);
			run();
		}, ms);
		timers.add(timer);
	}
	const { up, down, close, port } = listener((request, response) => {
		const path = request.url ?? '';
		if (path.startsWith('/control/')) void control(request, response);
		else if (path.startsWith('/api')) answer(panel, request, response, later).catch(() => response.destroy());
		else send(response, NOT_FOUND);
	}, options.port ?? 0);
	await up();
	return {
		...functions,
		up,
		down,
		url: `http://127.0.0.1:${port()}/api/v2`,
		key,
		async stop() {
			timers.forEach(clearTimeout);
			await close();
		},
	};
}
