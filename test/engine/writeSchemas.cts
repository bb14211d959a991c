/** `npm run schemas` writes the output schemas anew, after `contractOutputs.cts` has changed. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SCHEMA_FOLDER, schemas } from './schemas.cts';

const folder = join(__dirname, '../..', SCHEMA_FOLDER);
rmSync(folder, { recursive: true, force: true });
for (const [path, schema] of schemas()) {
	mkdirSync(dirname(join(folder, path)), { recursive: true });
	writeFileSync(join(folder, path), `${JSON.stringify(schema, null, '\t')}\n`);
}
