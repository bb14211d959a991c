import type { IExecuteFunctions } from 'n8n-workflow';
import * as n8nExecution from '../../nodes/SmmPanel/book/n8nExecution';

/** An execution that sees no data tables; `ask` is its sub-execution that looks for them. */
const execution = (ask: () => Promise<unknown>) =>
	({
		getWorkflowDataProxy: () => ({ $execution: { resumeUrl: 'http://localhost/waiting/1?signature=f00d' } }),
		helpers: {},
		executeWorkflow: ask,
	}) as unknown as IExecuteFunctions;

const off = jest.fn(async () => await Promise.reject(new Error('the module is disabled')));
const there = jest.fn(async () => await Promise.resolve({ data: [[{ json: {} }]] }));

/** As a process that has just been started loads it. */
function loaded(): typeof n8nExecution.unavailableHere {
	let fresh = n8nExecution;
	jest.isolateModules(() => (fresh = jest.requireActual('../../nodes/SmmPanel/book/n8nExecution')));
	return fresh.unavailableHere;
}

const OFF = { kind: 'unavailable', reason: 'moduleOff' };

beforeEach(() => {
	jest.useFakeTimers();
	off.mockClear();
});
afterEach(() => {
	jest.useRealTimers();
	jest.restoreAllMocks();
});

it('an n8n that was started long ago has no data tables where a look says so', async () => {
	jest.spyOn(performance, 'now').mockReturnValue(2 * 3_600_000);
	expect(await loaded()(execution(off))).toEqual(OFF);
	expect(off).toHaveBeenCalledTimes(1);
});

it('a look that fails in other words does not say that there are none, nor that there are some', async () => {
	const fresh = loaded();
	const stopped = async () => await Promise.reject(new Error('The execution was cancelled'));
	let answers = 0;
	const asked = Promise.all([fresh(execution(stopped)), fresh(execution(off))]);
	void asked.then(() => answers++);
	await jest.advanceTimersByTimeAsync(28_000);
	expect(answers).toBe(0);
	await jest.advanceTimersByTimeAsync(5_000);
	expect(await asked).toEqual([undefined, undefined]);
	// The next one asks anew
	expect(await fresh(execution(off))).toEqual(OFF);
});

it('one that has just been started is asked for half a minute, once for all executions and only once', async () => {
	const fresh = loaded();
	const asked = Promise.all([fresh(execution(off)), fresh(execution(off))]);
	await jest.advanceTimersByTimeAsync(29_000);
	expect(off.mock.calls.length).toBeGreaterThan(25);
	expect(off.mock.calls.length).toBeLessThanOrEqual(30);
	await jest.advanceTimersByTimeAsync(3_000);
	expect(await asked).toEqual([OFF, OFF]);
	off.mockClear();
	expect(await fresh(execution(off))).toEqual(OFF);
	expect(off).toHaveBeenCalledTimes(1);
});

it('one that has its data tables in the meantime has them', async () => {
	const fresh = loaded();
	const asked = fresh(execution(async () => await (off.mock.calls.length < 3 ? off() : there())));
	await jest.advanceTimersByTimeAsync(5_000);
	expect(await asked).toBeUndefined();
});
