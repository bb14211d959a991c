import { cpus, totalmem } from 'node:os';
import { N8N_VERSION, NODE_VERSION } from '../sandbox/paths.cts';

/** What the numbers were measured on. */
export function machine(): string {
	const [cpu] = cpus();
	const memory = Math.round(totalmem() / 2 ** 30);
	return `${cpu?.model.trim()}, ${cpus().length} cores, ${memory} GB, ${process.platform}; n8n ${N8N_VERSION} on Node ${NODE_VERSION}`;
}
