/** What n8n's engine wants before it is loaded: import this first. Nothing is read from or written to the user's own n8n. */
import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'smm-panel-engine-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

process.env.N8N_USER_FOLDER = folder;
process.env.N8N_ENCRYPTION_KEY = 'a key of tests only';
process.env.N8N_DIAGNOSTICS_ENABLED = 'false';
process.env.N8N_LOG_LEVEL = 'silent';

// An n8n that was started long ago: what it has not loaded by now it will not load
const sinceStart = performance.now.bind(performance);
performance.now = () => sinceStart() + 86_400_000;
