/** What the editor asks a node: lists, options and the credential test, in n8n's own contexts. */
import { CredentialTestContext } from 'n8n-core';
import type { ICredentialTestFunctions, INodeCredentialTestResult } from 'n8n-workflow';
import { SmmPanel } from '../../nodes/SmmPanel/SmmPanel.node';
import { editorContext, NODE, workflowAround, type PanelCredential } from './engine.cts';

const { methods } = new SmmPanel();

/** For a method of the node and one of its parameters. */
const contextFor = (credentials: PanelCredential, operation: string, path: string) =>
	editorContext(workflowAround({ parameters: { resource: 'service', operation }, credentials }), NODE, path, {
		smmPanelApi: { ...credentials },
	});

/** The list from which a service is chosen, as it is after typing `filter`, page by page. */
export async function searchServices(credentials: PanelCredential, filter?: string, page?: string) {
	const context = contextFor(credentials, 'get', 'parameters.serviceId');
	return await methods.listSearch.searchServices.call(context, filter, page);
}

export async function loadOptions(credentials: PanelCredential, method: keyof typeof methods.loadOptions) {
	return await methods.loadOptions[method].call(contextFor(credentials, 'getAll', 'parameters.filters'));
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
