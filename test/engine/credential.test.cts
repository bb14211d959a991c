/** What the credential's fields may look like when people paste into them. */
import {
	getCredentialAllowedDomains,
	isDomainAllowed,
	NodeHelpers,
	Workflow,
	type INode,
	type INodeParameters,
} from 'n8n-workflow';
import { PACKAGE_NAME } from './contract.cts';
import { credentialTypeNamed } from './credentials.cts';
import { nodeTypesThat } from './nodeTypes.cts';
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
	expect(error?.message).toBe('The panel does not accept the API key. (Invalid API key [API key])');
});

/** What n8n makes of a stored credential before a node gets it: defaults filled in, expressions evaluated. */
function resolved(stored: INodeParameters) {
	const { properties } = credentialTypeNamed('smmPanelApi');
	const filled = NodeHelpers.getNodeParameters(properties, stored, true, false, null, null) ?? {};
	const node: INode = {
		id: '1',
		name: 'Mock',
		type: 'test.input',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const nodeTypes = nodeTypesThat(() => undefined);
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const data = workflow.expression.getComplexParameterValue(
		node,
		filled,
		'internal',
		{},
		undefined,
		undefined,
		filled,
	) as INodeParameters;
	return { node, data };
}

test.each([
	['https://panel.example/api/v2', 'panel.example'],
	['panel.example', 'panel.example'],
	[' HTTPS://Panel.Example:8443/api ', 'panel.example'],
	['http://127.0.0.1:4000/api/v2', '127.0.0.1'],
])('n8n’s HTTP Request node may send the key of %s to its own host only', (apiUrl, host) => {
	const { node, data } = resolved({ apiUrl, apiKey: KEY });
	const allowedDomains = getCredentialAllowedDomains({ node, credentialData: data as never });
	expect(allowedDomains).toBe(host);
	expect(isDomainAllowed({ url: `https://${host}/api/v2`, allowedDomains: allowedDomains ?? '' })).toBe(true);
	expect(isDomainAllowed({ url: 'https://elsewhere.example/', allowedDomains: allowedDomains ?? '' })).toBe(
		false,
	);
});

test('without an address it may send the key nowhere', () => {
	const { node, data } = resolved({ apiUrl: '', apiKey: KEY });
	const allowedDomains = getCredentialAllowedDomains({ node, credentialData: data as never }) ?? '';
	expect(isDomainAllowed({ url: 'https://elsewhere.example/', allowedDomains })).toBe(false);
});

test('the credential for n8n says which scopes its key needs, and what n8n presets', () => {
	const { properties } = credentialTypeNamed('smmPanelN8nApi');
	const [first] = properties;
	expect(first?.type).toBe('notice');
	for (const text of ['30 days', 'all scopes', 'dataTable:list', 'dataTable:read', 'dataTableRow:create']) {
		expect(first?.displayName).toContain(text);
	}
});

test('Docs opens the documentation of this package', () => {
	for (const name of ['smmPanelApi', 'smmPanelN8nApi']) {
		expect(credentialTypeNamed(name).documentationUrl).toBe(`https://www.npmjs.com/package/${PACKAGE_NAME}`);
	}
});
