import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';
import type { SavedCredential, SavedWorkflow, WorkflowJson } from '../sandbox/api.cts';
import { GOES_ON, type Execution } from '../sandbox/executions.cts';
import { ROOT } from '../sandbox/paths.cts';
import { until } from '../sandbox/until.cts';
import { reference } from '../sandbox/workflow.cts';
import type { N8nFixture } from './n8nFixture.cts';

/** The workflows of `examples/`, imported as a user does: nothing is changed but what their notes ask for. */

export const SEND = 'Send It: Slack, Telegram or Email';

export const readExample = (name: string): WorkflowJson =>
	JSON.parse(readFileSync(join(ROOT, 'examples', `${name}.json`), 'utf8')) as WorkflowJson;

/** What a user chooses at one node, by the node's name: a credential for each type, and parameters. */
export interface Choices {
	credentials?: Record<string, SavedCredential[]>;
	parameters?: Record<string, INode['parameters']>;
}

export async function importExample(
	{ api }: N8nFixture,
	name: string,
	choices: Choices = {},
): Promise<SavedWorkflow> {
	const example = readExample(name);
	const unknown = [
		...Object.keys(choices.credentials ?? {}),
		...Object.keys(choices.parameters ?? {}),
	].filter((node) => !example.nodes.some((each) => each.name === node));
	if (unknown.length > 0) throw new Error(`${name} has no node named ${unknown.join(', ')}`);
	const nodes = example.nodes.map((node) => {
		const chosen = choices.credentials?.[node.name] ?? [];
		return {
			...node,
			parameters: { ...node.parameters, ...choices.parameters?.[node.name] },
			...(chosen.length > 0 && {
				credentials: Object.fromEntries(chosen.map((credential) => [credential.type, reference(credential)])),
			}),
		};
	});
	return await api.createWorkflow({ ...example, nodes });
}

/** Activates it, and waits until its form or chat answers: n8n opens their addresses a little later. */
export async function publish({ api, n8n }: N8nFixture, { id, nodes }: SavedWorkflow): Promise<void> {
	await api.activate(id);
	const paths = nodes.flatMap(({ type, webhookId }) => {
		if (type.endsWith('.formTrigger')) return [`form/${webhookId}`];
		return type.endsWith('.chatTrigger') ? [`webhook/${webhookId}/chat`] : [];
	});
	for (const path of paths) {
		const isOpen = async () => (await fetch(`${n8n.url}/${path}`, { redirect: 'manual' })).status !== 404;
		await until(isOpen, `n8n opens /${path}`, 20_000);
	}
}

/** The same credential in several nodes. */
export const inAll = (nodes: string[], ...chosen: SavedCredential[]) =>
	Object.fromEntries(nodes.map((node) => [node, chosen]));

const FORM_LOGIN = { user: 'shop', password: 'Only4Friends' };

export const formLogin = async ({ api }: N8nFixture): Promise<SavedCredential> =>
	await api.createCredential({ name: 'Order form', type: 'httpBasicAuth', data: FORM_LOGIN });

/** Fills in an active workflow's form. Fields are named by their place, as n8n's page does. */
export async function submitForm(
	{ n8n }: N8nFixture,
	{ nodes }: SavedWorkflow,
	values: Array<string | Blob | undefined>,
	login = FORM_LOGIN,
): Promise<number> {
	const path = nodes.find(({ type }) => type === 'n8n-nodes-base.formTrigger')?.webhookId;
	const body = new FormData();
	values.forEach((value, index) => {
		if (typeof value === 'string') body.append(`field-${index}`, value);
		else if (value) body.append(`field-${index}`, value, 'orders.csv');
	});
	const authorization = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
	const response = await fetch(`${n8n.url}/form/${path}`, {
		method: 'POST',
		headers: { authorization },
		body,
	});
	return response.status;
}

/** Until so many executions of the workflow wait. */
export async function untilWaiting({ api }: N8nFixture, { id }: SavedWorkflow, count: number): Promise<void> {
	const waiting = async () => (await api.executions(id)).filter(({ status }) => status === 'waiting').length;
	await until(async () => (await waiting()) >= count, `${count} executions wait`);
}

/** Waits until the workflow has `count` executions that have ended; returns them, the oldest first. */
export async function executionsOf(
	{ api }: N8nFixture,
	{ id }: SavedWorkflow,
	count: number,
	withinMs = 75_000,
): Promise<Execution[]> {
	const ended = async () => (await api.executions(id)).filter(({ status }) => !GOES_ON.has(status));
	await until(async () => (await ended()).length >= count, `${count} executions have ended`, withinMs);
	return await Promise.all((await ended()).reverse().map(async (each) => await api.execution(each.id)));
}

/** The texts that reached the last node, in all its runs. */
export const messagesOf = ({ data }: Execution): string[] =>
	(data.resultData.runData[SEND] ?? []).flatMap((run) =>
		(run.data?.main?.[0] ?? []).map(({ json }) => String(json.message)),
	);
