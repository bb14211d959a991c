/** Wait Until Finished: an unfinished order never leaves as a finished one, and nothing waits for ever. */
import { hintsOf, NODE } from './engine.cts';
import { toolOn } from './tool.cts';
import { jsonOf, pairsOf } from './panelRun.cts';
import { finished, MINUTE, waitingRuns } from './waitingFixture.cts';

const waits = waitingRuns();
const { start, runToEnd } = waits;

it('gives all orders when the last of them is finished, each with the item it came from', async () => {
	const [first = '', second = ''] = waits.panel.seedOrders({ count: 2, status: 'Pending' });
	const { run, rests } = await runToEnd({ items: [{ order: first }, { order: second }] }, (rest) => {
		if (rest === 1) waits.panel.moveOrder(second, 'Completed');
		if (rest === 3) waits.panel.moveOrder(first, 'Partial', { remains: 7 });
	});
	expect(run.error).toBeUndefined();
	expect(jsonOf(finished(run))).toMatchObject([
		{ order: first, status: 'Partial', finished: true, remains: 7 },
		{ order: second, status: 'Completed', finished: true },
	]);
	expect(pairsOf(finished(run))).toEqual([0, 1]);
	expect(rests).toHaveLength(3);
	for (const minutes of rests) expect(minutes).toBeGreaterThanOrEqual(1.9);
	expect(waits.asked('status')).toBe(4);
});

it('behind the loop an expression finds the item with which the wait began', async () => {
	const [first = '', second = ''] = waits.panel.seedOrders({ count: 2, status: 'Pending' });
	const { run } = await runToEnd({ items: [{ order: first }, { order: second }] }, () => {
		[first, second].forEach((id) => waits.panel.moveOrder(id, 'Completed'));
	});
	expect(jsonOf(run.outputsOf('Told')[0]).map(({ text }) => text)).toEqual([first, second]);
});

it('an order that is not finished in time comes out as such', async () => {
	const [order = '', done = ''] = waits.panel.seedOrders({ count: 2, status: 'In progress' });
	const { run, rests } = await runToEnd(
		{ items: [{ order }, { order: done }], parameters: { options: { maxWait: 1 } } },
		(rest) => {
			if (rest === 2) waits.panel.moveOrder(done, 'Completed');
		},
	);
	expect(jsonOf(finished(run))).toMatchObject([
		{ order, status: 'In progress', finished: false, timedOut: true, waited: expect.any(Number) },
		{ order: done, status: 'Completed', finished: true },
	]);
	expect(rests.reduce((sum, minutes) => sum + minutes, 0)).toBeCloseTo(60, -1);
});

it('or is an error that lists what is known of all, where the user wants that', async () => {
	const [order = '', done = ''] = waits.panel.seedOrders({ count: 2, status: 'In progress' });
	waits.panel.moveOrder(done, 'Completed');
	const options = { maxWait: 1, whenTimeIsUp: 'error' };
	const waiting = { items: [{ order }, { order: done }], parameters: { options } };
	const { run, executionId } = await runToEnd(waiting);
	expect(run.error?.message).toBe(
		`Order ${order} is not finished after 1 hours: it is still "In progress" [Item 0]`,
	);
	expect(run.error?.description).toContain(`The others: ${done} Completed.`);

	waits.panel.moveOrder(order, 'Completed');
	const retried = await start(waiting, { state: run.state, executionId: `${executionId}-retry` });
	expect(retried.run.error).toBeUndefined();
	expect(jsonOf(finished(retried.run))).toMatchObject([{ order, status: 'Completed' }, { order: done }]);
});

it('with an error output, what failed leaves by it alone', async () => {
	const [order = ''] = waits.panel.seedOrders({ count: 1, status: 'Completed' });
	const node = { onError: 'continueErrorOutput' as const };
	const { run } = await runToEnd({ items: [{ order }, { order: 'no ID' }], node });
	const [notYet, done, failed] = run.outputsOf(NODE);
	expect(notYet).toEqual([]);
	expect(jsonOf(done)).toMatchObject([{ order }]);
	expect(jsonOf(failed)).toHaveLength(2);
});

it('an outage of the panel is waited out', async () => {
	const [order = ''] = waits.panel.seedOrders({ count: 1, status: 'In progress' });
	const { run, rests } = await runToEnd({ items: [{ order }] }, async (rest) => {
		if (rest === 1) await waits.panel.down();
		if (rest === 2) {
			await waits.panel.up();
			waits.panel.moveOrder(order, 'Completed');
		}
	});
	expect(rests).toHaveLength(2);
	expect(jsonOf(finished(run))).toMatchObject([{ order, status: 'Completed' }]);
}, 60_000);

it("a firewall's page is an outage, from the first look on", async () => {
	const [order = ''] = waits.panel.seedOrders({ count: 1, status: 'In progress' });
	waits.panel.inject({ action: 'status', kind: 'html', status: 403, times: 99 });
	const { run } = await runToEnd({ items: [{ order }] }, () => {
		waits.panel.clearFaults();
		waits.panel.moveOrder(order, 'Completed');
	});
	expect(jsonOf(finished(run))).toMatchObject([{ order, status: 'Completed' }]);
}, 60_000);

it('a time-out of the workflow that is shorter than the longest wait is said at the start', async () => {
	const [order = ''] = waits.panel.seedOrders({ count: 1, status: 'In progress' });
	const hintsAt = async (hours: number) => {
		const settings = { executionTimeout: hours * 3600 };
		return hintsOf((await start({ items: [{ order }], settings })).run, 0);
	};
	expect(await hintsAt(1.5)).toEqual([expect.stringMatching(/'Timeout' ends .* after 1\.5 hours/)]);
	expect(await hintsAt(72)).toEqual([]);
});

it('a step that looks once says how to wait and what would be paid again, and gives no result', async () => {
	const [order = ''] = waits.panel.seedOrders({ count: 1, status: 'In progress' });
	const { run } = await start({ items: [{ order }], stepOf: NODE });
	expect(hintsOf(run, 0)).toEqual([expect.stringMatching(/pin the output .* place them again/)]);
	// Nothing in it looks like a result
	const [round] = jsonOf(run.outputsOf(NODE)[0]);
	expect(Object.keys(round ?? {})).toEqual(['notYet', 'wait']);
	expect(round?.notYet).toMatch(/^1 of 1 orders are not finished\. Results come out of 'Finished'/);
});

it('a key that is refused is told at once', async () => {
	const [order = ''] = waits.panel.seedOrders({ count: 1, status: 'In progress' });
	waits.panel.setActive(false);
	const { run, rests } = await runToEnd({ items: [{ order }] });
	expect(rests).toEqual([]);
	expect(run.error?.message).toMatch(/key/i);
});

it('a key that is refused at a later look is waited out', async () => {
	const [order = ''] = waits.panel.seedOrders({ count: 1, status: 'In progress' });
	const { run, rests } = await runToEnd({ items: [{ order }] }, (rest) => {
		waits.panel.setActive(rest !== 1);
		if (rest === 2) waits.panel.moveOrder(order, 'Completed');
	});
	expect(run.error).toBeUndefined();
	expect(jsonOf(finished(run))).toMatchObject([{ order, status: 'Completed' }]);
	expect(rests).toHaveLength(2);
});

it('a wait that lost its memory, as after a crash, goes on', async () => {
	const [order = '', done = ''] = waits.panel.seedOrders({ count: 2, status: 'In progress' });
	const waiting = { items: [{ order }, { order: done }] };
	const first = await start(waiting);
	const resting = JSON.parse(first.run.state) as { executionData: { contextData: object } };
	resting.executionData.contextData = {};
	[order, done].forEach((id) => waits.panel.moveOrder(id, 'Completed'));
	waits.skip(10 * MINUTE);
	const { run } = await start(waiting, { state: JSON.stringify(resting), executionId: 'after a crash' });
	expect(jsonOf(finished(run)).map(({ order: id }) => id)).toEqual([order, done]);
});

it('a status of the user’s choice ends the wait, and so does the end of the order', async () => {
	const [order = '', canceled = ''] = waits.panel.seedOrders({ count: 2, status: 'Pending' });
	const options = { until: 'statuses', statuses: ['In progress'] };
	const { run } = await runToEnd({ items: [{ order }, { order: canceled }], parameters: { options } }, () => {
		waits.panel.moveOrder(order, 'Inprogress');
		waits.panel.moveOrder(canceled, 'Canceled');
	});
	expect(jsonOf(finished(run))).toMatchObject([
		{ order, status: 'In progress', finished: false },
		{ order: canceled, status: 'Canceled', finished: true },
	]);
});

it('as an agent’s tool it looks once and does not wait', async () => {
	const [order = ''] = waits.panel.seedOrders({ count: 1, status: 'In progress' });
	const parameters = { resource: 'order', operation: 'waitUntilFinished', orderIds: '={{ $json.order }}' };
	const tool = toolOn(waits.panel, undefined, parameters);
	const answer = await tool.order({ order });
	expect(answer).toContain('"status":"In progress"');
	expect(answer).toContain('"waited":false');
	expect(waits.asked('status')).toBe(1);
	expect(await tool.order({ order: '999999' })).toContain('999999');
});

it('Retry On Fail does not begin a new wait', async () => {
	const [order = ''] = waits.panel.seedOrders({ count: 1, status: 'In progress' });
	const options = { maxWait: 1, whenTimeIsUp: 'error' };
	const node = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
	const { run } = await runToEnd({ items: [{ order }], parameters: { options }, node });
	expect(run.error?.message).toContain('is not finished after 1 hours');
});
