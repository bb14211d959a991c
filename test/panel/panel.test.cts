import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ORDER_TYPES } from '../../nodes/SmmPanel/panel/orderTypes';
import { apiClient, cheapService, EXAMPLES, orderFor, post, testPanels } from './client.cts';
import { FAULT_KINDS, type FaultKind } from './faults.cts';
import { createRandom } from './random.cts';
import { amountOf, textOf } from './state.cts';

/** What the tests of the nodes trust the development panel with: its books, its faults and its other process. */

const HOUR = 3_600_000;
const { panelWith, stopAll } = testPanels();
afterEach(stopAll);

it.each(ORDER_TYPES.map((type) => [type.name, type] as const))(
	'takes %s with its fields and refuses it without any of them',
	async (name, type) => {
		const { panel, call } = await panelWith();
		const { id } = cheapService(panel, name);
		const fields = Object.fromEntries(type.required.map((field) => [field, EXAMPLES[field] ?? '']));
		for (const field of type.required)
			expect(await call('add', { service: id, ...fields, [field]: '' })).toHaveProperty('error');
		expect(panel.orders()).toEqual([]);
		expect(await call('add', { service: id, ...fields })).toEqual({ order: 23501 });
	},
);

it('charges exactly, refuses what is out of its limits or not covered, and keeps accounts apart', async () => {
	const { panel, call } = await panelWith({ balance: '1' });
	panel.addKey({ key: 'second', balance: '5', currency: 'TRY' });
	const service = panel.addService({ rate: '0.123457', min: 10, max: 10_000 });
	await call('add', orderFor(service, { quantity: 333 }));
	expect([panel.order(23501).charge, panel.balance()]).toEqual(['0.041111181', '0.958888819']);
	for (const [fields, error] of [
		[{ service: 99999 }, 'Incorrect service ID'],
		[{ link: ' ' }, 'neworder.error.link'],
		[{ quantity: 9 }, 'neworder.error.min_quantity'],
		[{ quantity: 10_001 }, 'neworder.error.max_quantity'],
		[{ quantity: 10_000 }, 'neworder.error.not_enough_funds'],
	] as const)
		expect(await call('add', orderFor(service, fields))).toEqual({ error });
	const second = apiClient({ ...panel, key: 'second' });
	expect(await second('status', { order: 23501 })).toEqual({ error: 'Incorrect order ID' });
	expect(await second('balance')).toEqual({ balance: '5.00', currency: 'TRY' });
});

it.each([1, 2, 3])('keeps exact books whatever happens (seed %i)', async (seed) => {
	const { panel, call } = await panelWith({ seed, balance: '300' });
	const random = createRandom(seed);
	const service = panel.addService({ rate: '1.23457', min: 1, max: 10_000 });
	for (let turn = 0; turn < 60; turn++) {
		await call('add', orderFor(service, { quantity: random.whole(1, 3000) }));
		panel.step(random.whole(0, HOUR));
		await call('cancel', { orders: random.pick(panel.orders().slice(-4)).id });
	}
	panel.step(100 * HOUR);
	const sum = (amounts: string[]) => amounts.reduce((total, amount) => total + amountOf(amount), 0n);
	const orders = panel.orders();
	const spent = sum(orders.map(({ debited }) => debited)) - sum(orders.map(({ refunded }) => refunded));
	expect(panel.balance()).toBe(textOf(amountOf(300) - spent));
	expect(new Set(orders.map(({ status }) => status)).size).toBeGreaterThan(1);
	for (const { transitions } of orders) {
		expect(transitions.map(({ at }) => at)).toEqual(transitions.map(({ at }) => at).sort((a, b) => a - b));
		expect(transitions.slice(1).map(({ from }) => from)).toEqual(
			transitions.slice(0, -1).map(({ to }) => to),
		);
	}
});

it.each(Object.keys(FAULT_KINDS) as FaultKind[])(
	'a fault has its effect or not as the table says, and is recorded: %s',
	async (kind) => {
		const { panel } = await panelWith();
		panel.inject({ kind, action: 'add' });
		const fields = { key: panel.key, action: 'add', ...orderFor(cheapService(panel)) };
		// Some are never answered
		void post(panel.url, fields).catch(() => undefined);
		while (panel.requests().length === 0) await sleep(5);
		const { effect } = FAULT_KINDS[kind];
		expect([panel.orders().length, panel.balance()]).toEqual(effect ? [1, '99.10'] : [0, '100.00']);
		expect(panel.requests()).toMatchObject([{ fault: { kind }, effect }]);
	},
);

it('runs on its own, says where, is steered over HTTP, and stops at a signal', async () => {
	const flags = ['--port', '0', '--services', '5', '--speed', '0'];
	const child = spawn(process.execPath, ['-r', 'tsx/cjs', `${__dirname}/main.cts`, ...flags]);
	try {
		const [said] = (await once(child.stdout, 'data')) as [Buffer];
		const [, url = '', key = ''] = /API URL +(\S+)\s+API key +(\S+)/.exec(said.toString()) ?? [];
		expect(await apiClient({ url, key })('services')).toHaveLength(5);
		const control = async (name: string, ...args: unknown[]): Promise<unknown> =>
			await (
				await fetch(new URL(`/control/${name}`, url), { method: 'POST', body: JSON.stringify(args) })
			).json();
		await control('setBalance', 7);
		expect(await control('balance')).toBe('7.00');
		expect(await control('order', 7)).toEqual({ error: 'No such order: 7' });
		child.kill('SIGTERM');
		expect(await once(child, 'exit')).toEqual([0, null]);
	} finally {
		child.kill('SIGKILL');
	}
});
