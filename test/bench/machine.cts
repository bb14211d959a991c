import { cpus, totalmem } from 'node:os';
import { DEFAULT_N8N, NODE_VERSION } from '../sandbox/paths.cts';

/** What the numbers were measured on. */
export function machine(): string {
	const [cpu] = cpus();
	const memory = Math.round(totalmem() / 2 ** 30);
	return `${cpu?.model.trim()}, ${cpus().length} cores, ${memory} GB, ${process.platform}; n8n ${DEFAULT_N8N} on Node ${NODE_VERSION}`;
}
