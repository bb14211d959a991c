import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { isEmpty } from '../../panel/orderFields';
import { isId, withoutHash } from '../../shared/ids';
import { shown } from '../../shared/parameters';
import { inputProblem, type Problem } from '../../shared/problems';
import { failure, success, type Result } from '../../shared/result';

/** One service, chosen from the panel's list or given by its ID. */
export const serviceField: INodeProperties = {
	displayName: 'Service',
	name: 'serviceId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	builderHint: {
		propertyHint:
			"`{ __rl: true, mode: 'id', value: '1523' }`. IDs differ from panel to panel: take one from *Service: Get Many*, never invent one. An expression may give it for each item.",
	},
	description: 'The service to use. The list shows rate per 1,000, limits and type.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a service …',
			typeOptions: { searchListMethod: 'searchServices', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 1523',
			validation: [
				{
					type: 'regex',
					properties: { regex: '^\\s*#?[A-Za-z0-9_-]+\\s*$', errorMessage: 'Not a valid service ID' },
				},
			],
		},
	],
};

/** The chosen service's ID, `otherwise` where none is chosen, or the problem that there is none. */
export function readServiceId(
	context: IExecuteFunctions,
	itemIndex: number,
	otherwise?: unknown,
): Result<string> {
	const chosen: unknown = context.getNodeParameter('serviceId', itemIndex, '', { extractValue: true });
	const value = isEmpty(chosen) ? otherwise : chosen;
	const id = withoutHash(
		typeof value === 'string' || typeof value === 'number' ? String(value) : shown(value ?? ''),
	);
	if (isId(id)) return success(id);
	return failure(
		inputProblem(
			id === '' ? 'No service chosen' : `"${shown(id)}" is not a service ID`,
			"Choose a service in 'Service', or check that its expression gives a service ID for every item.",
		),
	);
}

export const noSuchService = (service: string): Problem =>
	inputProblem(
		`The panel has no service ${service}`,
		"Choose one from the list in 'Service'. Panels remove services and number them anew from time to time.",
	);
