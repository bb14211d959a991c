/** n8n 1.x resolves which parameter depends on which by their names alone: a name with a dot would be found nowhere. */
import type { INodeProperties } from 'n8n-workflow';
import { SmmPanel } from '../../nodes/SmmPanel/SmmPanel.node';
import { SmmPanelTrigger } from '../../nodes/SmmPanel/SmmPanelTrigger.node';

const within = (properties: INodeProperties[]): INodeProperties[] =>
	properties.flatMap((property) => [
		property,
		...within(
			(property.options ?? []).filter(
				(option): option is INodeProperties => 'displayName' in option && 'type' in option,
			),
		),
	]);

test('what is shown or hidden by a part of another parameter names it from the root', () => {
	const names = [new SmmPanel(), new SmmPanelTrigger()]
		.flatMap(({ description }) => within(description.properties))
		.flatMap(({ displayOptions }) => [
			...Object.keys(displayOptions?.show ?? {}),
			...Object.keys(displayOptions?.hide ?? {}),
		]);
	expect(names.filter((name) => name.includes('.') && !name.startsWith('/'))).toEqual([]);
});
