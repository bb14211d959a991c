/** The form of *Wait Until Finished*, and what it comes to. */
import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { KNOWN_ORDER_STATUSES } from '../../../panel/statuses';
import { ParameterReader, splitNames } from '../../../shared/parameters';
import { inputProblem } from '../../../shared/problems';
import { failure, success, type Result } from '../../../shared/result';
import { idsField } from '../../shared/idsField';
import { hoursMs, minutesMs, type WaitSettings } from './wait';

const CHECK_EVERY = 2;
const MAX_WAIT = 72;

export const waitingFields: INodeProperties[] = [
	{
		displayName: "Connect the output 'Not Yet' back to this node, and go on from 'Finished'.",
		name: 'loopNotice',
		type: 'notice',
		default: '',
	},
	// The node stands behind the one that places
	{ ...idsField('order'), default: '={{ $json.order }}' },
	{
		displayName: 'Check Every (Minutes)',
		name: 'checkEvery',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: CHECK_EVERY,
		description:
			'How long to wait between two looks at an order. The pause grows with its age, to 10% of it and at most 30 minutes.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Max Wait (Hours)',
				name: 'maxWait',
				type: 'number',
				typeOptions: { minValue: 0.1 },
				default: MAX_WAIT,
				description: 'How long after it was placed an order is waited for',
			},
			{
				displayName: 'Statuses',
				name: 'statuses',
				type: 'multiOptions',
				options: [...KNOWN_ORDER_STATUSES].sort().map((status) => ({ name: status, value: status })),
				default: [],
				displayOptions: { show: { until: ['statuses'] } },
				description: 'Any of these ends the wait for an order, and so does every status that nothing follows',
			},
			{
				displayName: 'Until',
				name: 'until',
				type: 'options',
				options: [
					{ name: 'Finished', value: 'finished' },
					{ name: 'In Certain Statuses', value: 'statuses' },
				],
				default: 'finished',
				description: 'What is waited for',
			},
			{
				displayName: 'When Time Is Up',
				name: 'whenTimeIsUp',
				type: 'options',
				options: [
					{ name: 'Fail', value: 'error' },
					{
						name: 'Give It Out',
						value: 'output',
						description: "Unfinished orders come out by 'Finished', marked timedOut",
					},
				],
				default: 'output',
				description: 'What becomes of orders that are not finished after the longest wait',
			},
		],
	},
];

/** They hold for the whole wait: read with the first item of its start. */
export function readWaitSettings(context: IExecuteFunctions): Result<WaitSettings> {
	const every = new ParameterReader(
		{ checkEvery: context.getNodeParameter('checkEvery', 0, CHECK_EVERY) },
		'',
	);
	const read = new ParameterReader(context.getNodeParameter('options', 0, {}), 'Options');
	const minutes = every.number('checkEvery', 'Check Every (Minutes)', { least: 1 }, CHECK_EVERY);
	const until = read.text('until', 'Until', 'finished');
	const statuses = splitNames(read.textList('statuses', 'Statuses'), () => false);
	const whenTimeIsUp = read.text('whenTimeIsUp', 'When Time Is Up', 'output');
	const maxWait = read.number('maxWait', 'Max Wait (Hours)', { least: 0.1 }, MAX_WAIT);
	read.problems.push(...every.problems, ...wrongChoices({ until, whenTimeIsUp, statuses }));
	const result = read.result({
		everyMs: minutesMs(minutes),
		maxWaitMs: hoursMs(maxWait),
		statuses: until === 'statuses' ? statuses : [],
	});
	if (!result.ok)
		return failure(inputProblem(`Nothing was waited for: ${result.problem.message}`, result.problem.remedy));
	return success({ ...result.value, whenTimeIsUp: whenTimeIsUp === 'error' ? 'error' : 'output' });
}

function wrongChoices({
	until,
	whenTimeIsUp,
	statuses,
}: Record<'until' | 'whenTimeIsUp', string> & { statuses: string[] }) {
	return [
		...(until === 'finished' || until === 'statuses'
			? []
			: [`'Until' is neither finished nor statuses: ${until}`]),
		...(until === 'statuses' && statuses.length === 0 ? ["'Statuses' is empty: choose at least one"] : []),
		...(whenTimeIsUp === 'output' || whenTimeIsUp === 'error'
			? []
			: [`'When Time Is Up' is neither output nor error: ${whenTimeIsUp}`]),
	];
}
