/** Credentials as n8n keeps and applies them: defaults filled in, `authenticate` of the generic kind evaluated. */
import {
	ICredentialsHelper,
	NodeHelpers,
	type ICredentialDataDecryptedObject,
	type ICredentials,
	type ICredentialType,
	type IDataObject,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentialsDetails,
	type INodeProperties,
	type IRequestOptionsSimplified,
	type IWorkflowExecuteAdditionalData,
	type Workflow,
} from 'n8n-workflow';
import { SmmPanelApi } from '../../credentials/SmmPanelApi.credentials';
import { SmmPanelN8nApi } from '../../credentials/SmmPanelN8nApi.credentials';

export type CredentialData = ICredentialDataDecryptedObject;

const TYPES: Record<string, ICredentialType> = {
	smmPanelApi: new SmmPanelApi(),
	smmPanelN8nApi: new SmmPanelN8nApi(),
};

export function credentialTypeNamed(name: string): ICredentialType {
	const type = TYPES[name];
	if (!type) throw new Error(`No such credential type: ${name}`);
	return type;
}

/** As in a workflow's JSON: the credential of each type that the node has. */
export const referencesTo = (credentials: Record<string, CredentialData>): INode['credentials'] =>
	Object.fromEntries(Object.keys(credentials).map((type) => [type, { id: type, name: `My ${type}` }]));

type Bag = Record<string, Record<string, unknown> | undefined>;

export class TestCredentials extends ICredentialsHelper {
	constructor(private readonly stored: Record<string, CredentialData>) {
		super();
	}

	override getParentTypes(): string[] {
		return [];
	}

	override isCredentialUsableByNode(): boolean {
		return true;
	}

	override async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		_details: INodeCredentialsDetails,
		type: string,
	): Promise<CredentialData> {
		const data = this.stored[type];
		if (!data) throw new Error(`Credential with ID "${type}" does not exist for type "${type}".`);
		const { properties } = credentialTypeNamed(type);
		const filled = NodeHelpers.getNodeParameters(properties, { ...data } as never, true, false, null, null);
		return await Promise.resolve({ ...filled } as CredentialData);
	}

	/** Sets keys on the part of the request that they belong to, whatever that part is: n8n does no more. */
	override async authenticate(
		credentials: CredentialData,
		typeName: string,
		request: IHttpRequestOptions | IRequestOptionsSimplified,
		workflow: Workflow,
		node: INode,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = credentialTypeNamed(typeName);
		const options = request as IHttpRequestOptions;
		if (typeof authenticate === 'function') return await authenticate(credentials, options);
		if (!authenticate) return options;
		const bag = options as unknown as Bag;
		bag.headers ??= {};
		for (const [part, fields] of Object.entries(authenticate.properties as IDataObject)) {
			for (const [name, value] of Object.entries(fields as IDataObject)) {
				const resolved = this.resolve(String(value), credentials, workflow, node);
				const target = (bag[part] ??= {});
				target[this.resolve(name, credentials, workflow, node)] = resolved;
			}
		}
		return options;
	}

	private resolve(value: string, credentials: CredentialData, workflow: Workflow, node: INode): string {
		if (!value.startsWith('=')) return value;
		const keys = { $credentials: credentials } as never;
		return String(
			workflow.expression.getSimpleParameterValue(node, value, 'internal', keys, undefined, '') ?? '',
		);
	}

	override async preAuthentication(): Promise<undefined> {}

	override async runPreAuthentication(): Promise<undefined> {}

	override getCredentials(): Promise<ICredentials> {
		throw new Error('Tests keep credentials decrypted');
	}

	override async updateCredentials(): Promise<void> {}

	override async updateCredentialsOauthTokenData(): Promise<void> {}

	override getCredentialsProperties(type: string): INodeProperties[] {
		return credentialTypeNamed(type).properties;
	}
}
