import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { apiClient, controlClient, orderFor, testPanels } from './client.cts';
import { startPanel } from './server.cts';

/** The panel as a process of its own, steered over HTTP. */

const { panelWith, stopAll } = testPanels(startPanel);
const children: ChildProcess[] = [];
afterEach(async () => {
	for (const child of children.splice(0)) child.kill('SIGKILL');
	await stopAll();
});

function startProcess(...flags: string[]) {
	const child = spawn(process.execPath, ['-r', 'tsx/cjs', `${__dirname}/main.cts`, ...flags]);
	children.push(child);
	const said = { out: '', err: '' };
	child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
	return { child, said };
}

it('has every function of the panel under the same name', async () => {
	const { panel } = await panelWith();
	const control = controlClient(panel.controlUrl);
	const functions = Object.entries(panel).filter(
		([name, value]) => typeof value === 'function' && name !== 'stop',
	);
	expect(Object.keys(control).sort()).toEqual(functions.map(([name]) => name).sort());
});

it('answers with what the functions answer, and with their errors', async () => {
	const { panel, call } = await panelWith({ lives: { kind: 'still' } });
	const control = controlClient(panel.controlUrl);
	const service = await control.addService({ rate: '2' });
	await call('add', orderFor(service));
	expect(await control.moveOrder(23501, 'Completed')).toEqual(panel.order(23501));
	expect(await control.ledger()).toEqual(JSON.parse(JSON.stringify(panel.ledger())));
	expect(await control.requests()).toMatchObject([{ fields: { action: 'add', quantity: '1000' } }]);
	await expect(control.order(7)).rejects.toThrow('No such order: 7');
	const fromApiPort = new URL('/control/balance', panel.url);
	expect(await (await fetch(fromApiPort)).json()).toBe('98.00');
});

it('stays reachable while the panel is down', async () => {
	const { panel, call } = await panelWith();
	const control = controlClient(panel.controlUrl);
	await control.down();
	await expect(call('balance')).rejects.toThrow('fetch failed');
	await control.up();
	expect(await call('balance')).toHaveProperty('balance');
});

it('runs on its own, says where, and stops at a signal', async () => {
	const { child, said } = startProcess('--port', '0', '--services', '5', '--speed', '0', '--json');
	await once(child.stdout, 'data');
	const started = JSON.parse(said.out) as { url: string; key: string; controlUrl: string };
	expect(await apiClient(started)('services')).toHaveLength(5);
	const control = controlClient(started.controlUrl);
	await control.inject({ kind: 'null', action: 'balance' });
	expect(await apiClient(started)('balance')).toBeNull();
	expect(await control.counts()).toMatchObject({ total: 2, faults: 1 });
	child.kill('SIGTERM');
	expect(await once(child, 'exit')).toEqual([0, null]);
});

it('says in one sentence that a port is taken, or a number is none', async () => {
	const { panel } = await panelWith();
	const { port } = new URL(panel.url);
	const taken = startProcess('--port', port);
	const wrong = startProcess('--services', 'many');
	expect(await Promise.all([once(taken.child, 'exit'), once(wrong.child, 'exit')])).toEqual([
		[1, null],
		[1, null],
	]);
	expect(taken.said.err).toBe(`Port ${port} is already in use: stop what uses it, or choose another port.\n`);
	expect(wrong.said.err).toBe('--services needs a number, not "many".\n');
});
