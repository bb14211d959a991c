/** The output schemas, as n8n finds them for the editor, against the outputs that `contractOutputs.test.cts` has seen. */
import { loadOutputSchema } from 'n8n-core';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fullName, nodeTypeNamed } from './nodeTypes.cts';
import { SCHEMA_FOLDER, schemas } from './schemas.cts';

const ROOT = join(__dirname, '../..');

test.each([...schemas()])('%s is what comes out (npm run schemas)', (path, schema) => {
	const [resource, operation] = path.replace('.json', '').split('/');
	const { version } = nodeTypeNamed(fullName('smmPanel')).description;
	const nodeDir = join(ROOT, dirname(dirname(SCHEMA_FOLDER)));
	expect(loadOutputSchema({ nodeDir, version: Number(version), resource, operation })).toEqual(schema);
});

test('there is none for what is not an operation', () => {
	const files = readdirSync(join(ROOT, SCHEMA_FOLDER), { recursive: true, encoding: 'utf8' });
	expect(files.filter((file) => file.endsWith('.json')).sort()).toEqual([...schemas().keys()].sort());
});
