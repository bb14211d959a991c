/** What the credential's fields may look like when people paste into them. */
import { jsonOf, KEY, panelRuns } from './panelRun.cts';

const { panelRun, stopAll } = panelRuns();
afterAll(stopAll);

test('a key that was pasted with spaces and a line break around it works in the node as it does in the test', async () => {
	const { run, panel } = await panelRun({ balance: '12.5' });
	const credentials = { apiUrl: ` ${panel.url}/ `, apiKey: ` ${KEY}\n` };
	const { items, error } = await run('balance', 'get', {}, { credentials });
	expect(error).toBeUndefined();
	expect(jsonOf(items)).toEqual([{ balance: 12.5, currency: 'USD' }]);
});

test('such a key is kept out of an error in which the panel repeats it', async () => {
	const { run, panel } = await panelRun();
	panel.inject({ kind: 'error', action: 'balance', text: `Invalid API key ${KEY}` });
	const credentials = { apiUrl: panel.url, apiKey: ` ${KEY}\n` };
	const { error } = await run('balance', 'get', {}, { credentials });
	expect(error?.message).toBe('Invalid API key [API key]');
});
