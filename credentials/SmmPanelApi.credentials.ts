import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

/** Tested by the SMM Panel node (`smmPanelApiTest`): panels refuse a key with HTTP 200, in words of their own. */
export class SmmPanelApi implements ICredentialType {
	name = 'smmPanelApi';

	displayName = 'SMM Panel API';

	icon: Icon = {
		light: 'file:../nodes/SmmPanel/smmPanel.svg',
		dark: 'file:../nodes/SmmPanel/smmPanel.dark.svg',
	};

	documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-smm-panel';

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
			description:
				"The key of your account, from the panel's API or account page (of the preset panel: sosyalzirvemedya.com/api)",
		},
		{
			displayName: 'Account',
			name: 'account',
			type: 'string',
			default: '',
			placeholder: 'e.g. second account',
			description:
				"The name by which the order book knows this account; empty: the panel's host. For two accounts at one panel, name only the second. If the panel has moved to another address, enter its old host. A name entered later begins a new memory, without the keys of earlier orders.",
		},
		/*
		 * n8n's HTTP Request node would send the key to whatever address is entered there. These two fields have the names
		 * that n8n looks at: it then allows only the panel's own host. The SMM Panel nodes are not concerned.
		 */
		{
			displayName: 'Allowed HTTP Request Domains',
			name: 'allowedHttpRequestDomains',
			type: 'hidden',
			default: 'domains',
		},
		{
			displayName: 'Allowed Domains',
			name: 'allowedDomains',
			type: 'hidden',
			default:
				"={{ String($self.apiUrl ?? '').trim().replace(/^[a-z][a-z\\d+.-]*:\\/\\//i, '').replace(/[/:?#].*$/, '').toLowerCase() || 'invalid' }}",
		},
	];

	/**
	 * Adds the key to the body's fields. A function, because n8n would evaluate an expression anew for every request, and
	 * has no way to name the form of its HTTP Request node.
	 */
	authenticate = async (
		{ apiKey }: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions & { form?: IDataObject },
	): Promise<IHttpRequestOptions> => {
		const part = request.form === undefined ? 'body' : 'form';
		return await Promise.resolve({
			...request,
			[part]: { ...(request[part] as IDataObject), key: String(apiKey).trim() },
		});
	};
}
