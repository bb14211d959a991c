import { ensureN8n } from './install.cts';
import { runMain } from './problem.cts';

/** For `.ci/run`: n8n and its Node, beside the tests that need neither. */
runMain(async () => void (await ensureN8n()));
