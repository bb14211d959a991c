import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

/** Tested by the SMM Panel node (`smmPanelApiTest`): panels refuse a key with HTTP 200, in words of their own. */
export class SmmPanelApi implements ICredentialType {
	name = 'smmPanelApi';

	displayName = 'SMM Panel API';

	icon: Icon = { light: 'file:smmPanel.svg', dark: 'file:smmPanel.dark.svg' };

	documentationUrl = 'https://sosyalzirvemedya.com/api';

	properties: INodeProperties[] = [
		{
			displayName: 'API URL',
			name: 'apiUrl',
			type: 'string',
			default: 'https://sosyalzirvemedya.com/api/v2',
			required: true,
			placeholder: 'e.g. https://sosyalzirvemedya.com/api/v2',
			description:
				"Address of the panel's API, as its API page shows it. Of a bare host name, /api/v2 is taken.",
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: "The key of your account, from the panel's API or account page",
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { body: { key: '={{$credentials.apiKey}}' } },
	};
}
