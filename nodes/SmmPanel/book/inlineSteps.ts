/** The order book's filters, changes and openings as steps of an inline workflow. */
import type { IDataObject } from 'n8n-workflow';
import {
	deleteStep,
	getStep,
	insertStep,
	literal,
	once,
	type NodeCondition,
	type Step,
} from './inlineWorkflow';
import { toCells } from './rows';
import { where, type Changes, type Condition, type Filter, type Replacement } from './store';

export const MATCH = { all: 'allConditions', any: 'anyCondition' } as const;

const nodeCondition = ({ column, is, value }: Condition): NodeCondition => ({
	keyName: column,
	condition: is,
	keyValue: value,
});

export const inPlace = (conditions: readonly Condition[]): NodeCondition[] =>
	conditions.map(nodeCondition).map((one) => ({ ...one, keyValue: literal(one.keyValue) }));

export const changed = (changes: Changes) =>
	Object.fromEntries(Object.entries(toCells(changes)).map(([name, value]) => [name, literal(value)]));

/**
 * Filters that differ in their values only can be carried out by one node, which takes the values from
 * its items.
 */
const shapeOf = ({ match, conditions }: Filter): string =>
	JSON.stringify([match, ...conditions.map(({ column, is }) => [column, is])]);

export function byShape(filters: readonly Filter[]): Filter[][] {
	const groups = new Map<string, Filter[]>();
	for (const filter of filters) groups.set(shapeOf(filter), [...(groups.get(shapeOf(filter)) ?? []), filter]);
	return [...groups.values()];
}

/** As data of an item, values are never taken for expressions. */
export const valuesOf = ({ conditions }: Filter): IDataObject =>
	Object.fromEntries(conditions.map(({ value }, index) => [`v${index}`, value]));

export const fromItem = (conditions: readonly Condition[]): NodeCondition[] =>
	conditions.map(nodeCondition).map((one, index) => ({ ...one, keyValue: `={{ $json.v${index} }}` }));

/**
 * Three steps in one sub-execution: the old rows go if all of them are as they were read, or none. As data of the look's
 * answer, times may be Date objects. Where the match is "all", no row has two IDs.
 */
export function replaceSteps(table: string, { old }: Replacement): Step[] {
	const ids = inPlace([...old.map(({ id }) => where('id', id)), where('id', 0)]);
	const expected = JSON.stringify(old.map(({ id, updatedAt }) => `${id} ${Date.parse(updatedAt)}`));
	const seen = "$('Old').all().map(({ json }) => json.id + ' ' + new Date(json.updatedAt).getTime())";
	const match = `={{ ${expected}.every((row) => ${seen}.includes(row)) ? '${MATCH.any}' : '${MATCH.all}' }}`;
	return [
		insertStep(table),
		once(getStep('Old', table, MATCH.any, ids)),
		once(deleteStep(table, match, ids)),
	];
}
