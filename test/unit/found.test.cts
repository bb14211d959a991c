/** What finds the node, and what n8n's builders are told of it. */
import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import codex from '../../nodes/SmmPanel/SmmPanel.node.json';
import { RESOURCES } from '../../nodes/SmmPanel/actions';
import { SmmPanel } from '../../nodes/SmmPanel/SmmPanel.node';
import { SmmPanelTrigger } from '../../nodes/SmmPanel/SmmPanelTrigger.node';

const { sublimeSearch } = require('@n8n/utils/search/sublime-search') as {
	sublimeSearch(term: string, items: object[], keys: Array<{ key: string; weight: number }>): unknown[];
};

const { validateNodeDescription } = require('n8n-core/dist/nodes-loader/validate-node-description') as {
	validateNodeDescription(description: object): void;
};
const { generateSingleVersionTypeFile } = require('@n8n/workflow-sdk/dist/generate-types/generate-types') as {
	generateSingleVersionTypeFile(node: object, version: number): string;
};

const KEYS = [
	{ key: 'properties.displayName', weight: 1.3 },
	{ key: 'properties.codex.alias', weight: 1 },
];
const TERMS = `
	smm | smm panel | panel | followers | likes | views | subscribers | comments | members | instagram |
	instagram followers | instagram likes | instagram reels views | instagram story views | tiktok |
	tiktok views | tiktok live views | youtube subscribers | youtube watch time | youtube views |
	facebook page likes | telegram members | spotify plays | twitter retweets | website traffic |
	social media | drip feed | refill | balance | order status | mass order | place an order | takipçi |
	takipci | beğeni | abone | izlenme | sipariş | bakiye | instagram takipçi | instagram beğeni |
	tiktok izlenme | youtube abone | sosyal medya | smm paneli | sosyal zirve medya`
	.split('|')
	.map((term) => term.trim());

test.each(TERMS)('n8n finds the node by "%s"', (term) => {
	const items = [{ properties: { displayName: 'SMM Panel', codex } }];
	expect(sublimeSearch(term, items, KEYS)).toHaveLength(1);
});

test('by at most sixty words, none of which offers followers for sale', () => {
	expect(codex.alias.length).toBeLessThanOrEqual(60);
	expect(codex.alias.filter((alias) => /\bbuy\b|satın/.test(alias))).toEqual([]);
});

const node = new SmmPanel().description;

test('actions and subtitles read as a person would say them', () => {
	const actions = node.properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ options = [] }) => options.map((option) => ('action' in option ? option.action : undefined)));
	expect(actions.filter((action) => /\b(an?|the)\b/.test(action ?? 'a'))).toEqual([]);
	expect(node.subtitle).toContain('"order.create":"Place order"');
});

const within = (properties: readonly INodeProperties[]): INodeProperties[] =>
	properties.flatMap((property) => [
		property,
		...within(
			(property.options ?? []).flatMap((option) =>
				'values' in option ? option.values : 'type' in option ? [option] : [],
			),
		),
	]);

const NODES = [new SmmPanel(), new SmmPanelTrigger()].map(({ description }) => description);
const hintsOf = ({ properties }: INodeTypeDescription) =>
	within(properties).flatMap(({ name, builderHint }) =>
		builderHint === undefined ? [] : [[name, builderHint.propertyHint] as const],
	);

test.each(NODES)("n8n's loader takes $displayName, and its type synthesis shows each hint", (description) => {
	validateNodeDescription(description);
	const hints = hintsOf(description);
	const types = generateSingleVersionTypeFile(
		{ ...description, name: `n8n-nodes-smm-panel.${description.name}` },
		1,
	);
	expect(hints.filter(([, hint]) => !types.includes(hint?.slice(0, 30) ?? '?'))).toEqual([]);
});

test('a builder is told in which order, and what belongs into the fields whose type says nothing', () => {
	expect(node.builderHint?.searchHint).toMatch(/Quote.*Create.*Wait Until Finished.*Not Yet/);
	const [ofNode, ofTrigger] = NODES.map((description) => hintsOf(description).map(([name]) => name));
	const named = (names: string) => expect.arrayContaining(names.split(' ')) as unknown;
	expect(ofNode).toEqual(named('serviceId orderFields lists idempotencyKey orders orderIds refillIds row'));
	const ofLists = 'orderIds refillIds dataTableId idColumn filterColumn bookTableId serviceIds';
	expect(ofTrigger).toEqual(named(ofLists));
});

test('each operation as a tool tells a model what it does; what pays names money, the fields and the key', () => {
	const told = new Map(
		node.properties
			.filter(({ name }) => name === 'toolDescription')
			.map(({ displayOptions, default: text }) => [
				['resource', 'operation'].map((name) => displayOptions?.show?.[name]).join('.'),
				String(text),
			]),
	);
	expect(told.size).toBe(RESOURCES.flatMap(({ operations }) => operations).length);
	expect(told.get('order.create')).toMatch(/pays.*money.*service.*link.*quantity.*key/);
	expect(told.get('order.createMass')).toMatch(/pays.*money/);
	expect(told.get('order.quote')).toMatch(/spends nothing.*service.*link.*quantity/);
	expect(told.get('order.waitUntilFinished')).toMatch(/Looks once.*does not wait/);
});
