import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { controlClient, type ControlClient } from '../panel/client.cts';
import { ROOT } from './paths.cts';
import { Problem } from './problem.cts';

export interface PanelProcess {
	url: string;
	key: string;
	controlUrl: string;
	control: ControlClient;
	pid: number;
	stop(): Promise<void>;
	ended: Promise<void>;
}

/** The development panel as a process of its own, with the flags of `npm run panel`. */
export async function startPanelProcess(...flags: string[]): Promise<PanelProcess> {
	const main = join(ROOT, 'test/panel/main.cts');
	const child = spawn(process.execPath, ['-r', 'tsx/cjs', main, '--json', ...flags], {
		cwd: ROOT,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let complaint = '';
	child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
	const orphan = () => child.kill('SIGKILL');
	process.on('exit', orphan);
	const ended = new Promise<void>((done) => child.once('close', () => done()));
	void ended.then(() => process.off('exit', orphan));

	const line = new Promise<string>((done) => createInterface(child.stdout).once('line', done));
	const first = await Promise.race([line, ended]);
	if (first === undefined) throw new Problem(`The development panel did not start: ${complaint.trim()}`);
	const { url, key, controlUrl } = JSON.parse(first) as { url: string; key: string; controlUrl: string };
	const stop = async () => {
		child.kill('SIGTERM');
		await ended;
	};
	return { url, key, controlUrl, control: controlClient(controlUrl), pid: child.pid as number, stop, ended };
}
