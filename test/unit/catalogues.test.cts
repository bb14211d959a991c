/** Service lists of real panels: every row becomes an exact service. They are not part of this repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson, type JsonObject } from '../../nodes/SmmPanel/panel/json';
import { readCatalogue } from '../../nodes/SmmPanel/panel/schemas';

const FOLDER = join(__dirname, '../../../shared/catalogues');
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.json')) : [];

const catalogues = files.map((name) => {
	const rows = parseJson(readFileSync(join(FOLDER, name), 'utf8')) as JsonObject[];
	return { name, rows, ...readCatalogue(rows) };
});

const said = (value: unknown) => [true, 'true', 1, '1'].includes(value as never);

if (catalogues.length === 0) {
	test.skip('no service lists of real panels beside this repository (../shared/catalogues): nothing to read', () => {});
}

for (const { name, rows, services, raw, byId } of catalogues)
	describe(name, () => {
		test('loses no row and changes no order', () => {
			expect(services.length).toBe(Number(/-(\d+)\.json$/.exec(name)?.[1]));
			expect(services.map(({ service }) => service)).toEqual(rows.map(({ service }) => String(service)));
			expect(raw).toEqual(rows);
			expect(byId.size).toBe(new Set(rows.map(({ service }) => String(service))).size);
		});

		test('gives every service a name, a type, a category and an exact rate and limits', () => {
			services.forEach((service, index) => {
				const row = rows[index] ?? {};
				expect(service).toMatchObject({
					name: String(row.name).trim(),
					type: String(row.type ?? '').trim(),
					category: String(row.category ?? '').trim(),
					min: Number(row.min ?? 0),
					max: Number(row.max ?? 0),
				});
				expect(service.rate).toMatch(/^\d+(\.\d+)?$/);
				expect(Number(service.rate)).toBe(Number(String(row.rate).replaceAll(',', '')));
			});
		});

		test('takes "false" for false, in every row', () => {
			services.forEach(({ refill, cancel, dripfeed }, index) => {
				const row = rows[index] ?? {};
				expect({ refill, cancel, dripfeed }).toEqual({
					refill: said(row.refill),
					cancel: said(row.cancel),
					dripfeed: said(row.dripfeed),
				});
			});
		});
	});
