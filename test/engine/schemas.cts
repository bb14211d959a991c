/** The output schemas that n8n's editor shows before a node has run, made of `contractOutputs.cts`. */
import { OPERATIONS } from './contract.cts';
import { OUTPUTS } from './contractOutputs.cts';

/** Beside the node's file, by the node's version. */
export const SCHEMA_FOLDER = 'nodes/SmmPanel/__schema__/v1.0.0';

type Property = { type: string; items?: { type: string } };
export type OutputSchema = { type: 'object'; properties: Record<string, Property>; version: 1 };

// All lists in outputs are lists of texts
const propertyOf = (type: string): Property =>
	type === 'array' ? { type, items: { type: 'string' } } : { type };

function schemaOf(fields: string): OutputSchema {
	const properties = fields.split(' ').map((field): [string, Property] => {
		const [name = '', type = ''] = field.split(':');
		return [name, propertyOf(type)];
	});
	return { type: 'object', properties: Object.fromEntries(properties), version: 1 };
}

/** By path in the folder: each operation's usual output. */
export const schemas = (): Map<string, OutputSchema> =>
	new Map(
		Object.entries(OPERATIONS).flatMap(([resource, operations]) =>
			Object.keys(operations).map((operation) => {
				const fields = OUTPUTS[`${resource}: ${operation}`];
				if (fields === undefined) throw new Error(`No output is listed of ${resource}: ${operation}`);
				return [`${resource}/${operation}.json`, schemaOf(fields)];
			}),
		),
	);
