import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

/** For the trigger's data tables and order book: polling nodes of the community reach them through n8n's public API. */
export class SmmPanelN8nApi implements ICredentialType {
	name = 'smmPanelN8nApi';

	displayName = 'SMM Panel N8n API';

	icon: Icon = {
		light: 'file:../nodes/SmmPanel/smmPanel.svg',
		dark: 'file:../nodes/SmmPanel/smmPanel.dark.svg',
	};

	documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-smm-panel';

	properties: INodeProperties[] = [
		{
			displayName:
				'Make the key in n8n under <b>Settings > n8n API > Create API key</b>. The dialog proposes that it expires in <b>30 days</b>, when the trigger would stop: choose a later day or <b>Never</b>. It also proposes <b>all scopes</b>: these suffice: <b>dataTable:list</b>, <b>dataTable:read</b>, and <b>dataTableRow:create</b>, <b>:read</b>, <b>:update</b>, <b>:delete</b>.',
			name: 'scopesNotice',
			type: 'notice',
			default: '',
		},
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
			description: 'An API key of this n8n, with the scopes named above',
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
