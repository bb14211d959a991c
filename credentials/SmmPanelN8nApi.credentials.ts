import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

/** For the trigger's data table as watch list: nodes from the community reach data tables through n8n's public API. */
export class SmmPanelN8nApi implements ICredentialType {
	name = 'smmPanelN8nApi';

	displayName = 'SMM Panel N8n API';

	icon: Icon = { light: 'file:smmPanel.svg', dark: 'file:smmPanel.dark.svg' };

	documentationUrl = 'https://docs.n8n.io/api/authentication/';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'http://localhost:5678',
			required: true,
			placeholder: 'e.g. https://n8n.example.com',
			description:
				'Address at which this n8n reaches itself. The default is right for most installations; on n8n Cloud it is the address of your editor.',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Settings > n8n API > Create an API key',
			description:
				'An API key of this n8n. It needs the scopes to list and read data tables and to read their rows.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { 'X-N8N-API-KEY': '={{$credentials.apiKey}}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "").replace(/\\/api(\\/v1)?$/, "")}}',
			url: '/api/v1/data-tables',
			qs: { limit: 1 },
		},
	};
}
