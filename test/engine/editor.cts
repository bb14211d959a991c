/** What the editor asks a node: lists, options and the credential test, in n8n's own contexts. */
import { CredentialTestContext, LoadOptionsContext } from 'n8n-core';
import {
	Workflow,
	type ICredentialTestFunctions,
	type IDataObject,
	type ILoadOptionsFunctions,
	type INodeCredentialTestResult,
	type INodeParameters,
} from 'n8n-workflow';
import { SmmPanel } from '../../nodes/SmmPanel/SmmPanel.node';
import { NODE, workflowAround, type PanelCredential } from './engine.cts';
import { nodeTypesThat } from './nodeTypes.cts';
import { additionalDataFor } from './surroundings.cts';

const { methods } = new SmmPanel();

/** The context in which n8n calls a method of the node for one of its parameters. */
export function editorContext(
	credentials: PanelCredential,
	parameters: IDataObject,
	path: string,
): ILoadOptionsFunctions {
	const json = workflowAround({ parameters, credentials });
	const { nodes, connections } = json;
	const workflow = new Workflow({
		nodes,
		connections,
		active: false,
		nodeTypes: nodeTypesThat(() => undefined),
	});
	const node = workflow.getNode(NODE);
	if (!node) throw new Error('The workflow lost its node');
	const additionalData = additionalDataFor(json, {
		credentials: { smmPanelApi: { ...credentials } },
		mode: 'manual',
	});
	additionalData.currentNodeParameters = node.parameters as INodeParameters;
	return new LoadOptionsContext(workflow, node, additionalData, path) as unknown as ILoadOptionsFunctions;
}

/** The list from which a service is chosen, as it is after typing `filter`, page by page. */
export async function searchServices(credentials: PanelCredential, filter?: string, page?: string) {
	const parameters = { resource: 'service', operation: 'get' };
	const context = editorContext(credentials, parameters, 'parameters.serviceId');
	return await methods.listSearch.searchServices.call(context, filter, page);
}

export async function loadOptions(credentials: PanelCredential, method: keyof typeof methods.loadOptions) {
	const parameters = { resource: 'service', operation: 'getAll' };
	const context = editorContext(credentials, parameters, 'parameters.filters');
	return await methods.loadOptions[method].call(context);
}

/** What the credential's form shows after *Save*. */
export async function testCredential(data: Partial<PanelCredential>): Promise<INodeCredentialTestResult> {
	const context = new CredentialTestContext() as unknown as ICredentialTestFunctions;
	return await methods.credentialTest.smmPanelApiTest.call(context, {
		id: '1',
		name: 'My panel',
		type: 'smmPanelApi',
		data: { ...data },
	});
}
