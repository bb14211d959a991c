/** The trigger's parameters, read as `unknown`: fixed or from an expression, they are the same for a whole poll. */
import type { IPollFunctions } from 'n8n-workflow';
import { ParameterReader } from '../shared/parameters';

/** Fields of the form itself. One that the form does not show, or that gives nothing, is missing. */
export const readFields = (context: IPollFunctions, names: readonly string[]): ParameterReader =>
	new ParameterReader(
		Object.fromEntries(names.map((name): [string, unknown] => [name, context.getNodeParameter(name, null)])),
		'Parameters',
	);

/** The entries of a collection. */
export const readCollection = (
	context: IPollFunctions,
	name: 'filters' | 'options',
	place: string,
): ParameterReader => new ParameterReader(context.getNodeParameter(name, {}), place);

export const readOptions = (context: IPollFunctions): ParameterReader =>
	readCollection(context, 'options', 'Options');
