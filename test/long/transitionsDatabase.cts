/** What a killed n8n had saved of a trigger: read from its SQLite file while nothing else uses it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { unpackMemory, type Seen } from '../../nodes/SmmPanel/trigger/status/memory';
import { ensureNode } from '../sandbox/install.cts';

/** Node 24 reads SQLite by itself. */
const READ = `
const { DatabaseSync } = require('node:sqlite');
const [file, workflow, node] = process.argv.slice(1);
const database = new DatabaseSync(file);
const all = (sql, ...values) => { try { return database.prepare(sql).all(...values); } catch { return []; } };
const [{ staticData } = {}] = all('SELECT staticData FROM workflow_entity WHERE id = ?', workflow);
const [{ cursor } = {}] = all('SELECT cursor FROM poller_state WHERE workflowId = ? AND nodeId = ?', workflow, node);
console.log(JSON.stringify({ staticData: JSON.parse(staticData ?? '{}'), cursor: JSON.parse(cursor ?? 'null') }));
`;

interface Saved {
	staticData: Record<string, IDataObject | undefined> | null;
	cursor: IDataObject | null;
}

/** The last status of each order, by ID. */
export async function savedStatuses(
	userFolder: string,
	workflowId: string,
	node: { id: string; name: string },
): Promise<Map<string, string>> {
	const file = join(userFolder, '.n8n/database.sqlite');
	const { node: executable } = await ensureNode();
	const { stdout, stderr, status } = spawnSync(executable, ['-e', READ, file, workflowId, node.id], {
		encoding: 'utf8',
	});
	if (status !== 0) throw new Error(`n8n's database cannot be read: ${stderr}`);
	const { staticData, cursor } = JSON.parse(stdout) as Saved;
	const state = (cursor ?? staticData?.[`node:${node.name}`])?.state as { memory?: IDataObject } | undefined;
	const seen = state?.memory ? unpackMemory(state.memory).seen : new Map<string, Seen>();
	return new Map([...seen].flatMap(([id, { status }]) => (status === undefined ? [] : [[id, status]])));
}
