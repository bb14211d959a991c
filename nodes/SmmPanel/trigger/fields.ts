/** What the trigger's form has for every event. */
import type { INodeProperties } from 'n8n-workflow';

export const notice: INodeProperties = {
	displayName:
		'This node remembers what it has seen under its own name. If you rename it, it starts anew, as when the workflow is published for the first time.',
	name: 'renameNotice',
	type: 'notice',
	default: '',
};

export const tolerateOutages: INodeProperties = {
	displayName: 'Tolerate Outages',
	name: 'tolerateOutages',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 5,
	description:
		'How many polls in a row have to fail before a failed execution says so. Counts network faults, maintenance and too many requests; an API key that the panel refuses is reported at once. No change is lost meanwhile.',
};
