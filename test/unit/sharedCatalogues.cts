/** Service lists of real panels, where they lie beside this repository: they are not part of it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson, type JsonObject } from '../../nodes/SmmPanel/panel/json';
import { readCatalogue } from '../../nodes/SmmPanel/panel/schemas';

const FOLDER = join(__dirname, '../../../shared/catalogues');
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.json')) : [];

export const catalogues = files.map((name) => {
	const rows = parseJson(readFileSync(join(FOLDER, name), 'utf8')) as JsonObject[];
	return { name, rows, ...readCatalogue(rows) };
});
