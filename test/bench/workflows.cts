/** The workflows that are measured: items, the node under test between two probes, and nothing behind it. */
import type { INode, INodeCredentialsDetails, INodeParameters } from 'n8n-workflow';
import type { SavedCredential, WorkflowJson } from '../sandbox/api.cts';
import type { DevPanel } from '../panel/server.cts';
import {
	manualTrigger,
	node,
	panelNode,
	reference,
	workflow,
	type NodeExtras,
} from '../sandbox/workflow.cts';
import { PROBE } from './probePackage.cts';

/** The panel to ask, and n8n's credential for it. */
interface Where {
	panel: DevPanel;
	credential: SavedCredential;
}

/** Name of the node under test in each workflow. */
export const TESTED = 'Tested';

export interface Tested {
	/** Of the workflow. */
	name: string;
	/** JavaScript for an array of plain objects. */
	items: string;
	/** One, or one behind the other. */
	node: INode | INode[];
}

/** `tell` is where the second probe says what was spent. */
export const between = ({ name, items, node: tested }: Tested, tell: string): WorkflowJson =>
	workflow(name, [
		manualTrigger(),
		node('Items', 'code', { jsCode: `return (${items}).map((json) => ({ json }));` }, { typeVersion: 2 }),
		node('Begin', PROBE),
		...[tested].flat(),
		node('End', PROBE, { tell }),
	]);

/** IDs in a row, as the development panel gives them: a workflow of 10,000 of them stays small. */
export const idItems = (ids: readonly string[]): string =>
	`Array.from({ length: ${ids.length} }, (_, i) => ({ order: String(${Number(ids[0])} + i) }))`;

export const testedPanelNode = (parameters: INodeParameters, credential: INodeCredentialsDetails): INode =>
	panelNode(TESTED, parameters, credential);

/** n8n's HTTP Request as its own defaults have it: it posts a form, with the key out of the package's credential. */
export const httpRequest = (
	{ panel, credential }: Where,
	fields: Record<string, string>,
	extras: NodeExtras = {},
): INode => {
	const authentication = { authentication: 'predefinedCredentialType', nodeCredentialType: 'smmPanelApi' };
	const credentials = { smmPanelApi: reference(credential) };
	return posting(panel.url, fields, authentication, { credentials, ...extras });
};

/** The same with the key typed into the form, where everyone who sees the workflow sees it: n8n decrypts nothing. */
export const httpRequestWithTypedKey = (
	{ panel }: Pick<Where, 'panel'>,
	fields: Record<string, string>,
): INode => posting(panel.url, { key: panel.key, ...fields }, {}, {});

function posting(
	url: string,
	fields: Record<string, string>,
	more: INodeParameters,
	extras: NodeExtras,
): INode {
	const parameters = Object.entries(fields).map(([name, value]) => ({ name, value }));
	const body = { sendBody: true, contentType: 'form-urlencoded', bodyParameters: { parameters } };
	return node(
		TESTED,
		'httpRequest',
		{ method: 'POST', url, ...more, ...body, options: {} },
		{ typeVersion: 4.2, ...extras },
	);
}
