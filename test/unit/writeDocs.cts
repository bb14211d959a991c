/** `npm run docs`: writes the tables that the code makes into the pages that show them. A test compares. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withMarked } from '../sandbox/marked.cts';
import { MADE_TABLES, read, ROOT } from './readmeText.cts';

for (const { file, name, table } of MADE_TABLES) {
	const text = read(file);
	const written = withMarked(text, name, table);
	if (written === text) continue;
	writeFileSync(join(ROOT, file), written);
	process.stdout.write(`${file}: ${name}\n`);
}
