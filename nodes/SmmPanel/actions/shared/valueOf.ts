import type { IExecuteFunctions } from 'n8n-workflow';
import { toNodeError } from '../../shared/problems';
import type { Result } from '../../shared/result';

/** The value of a parameter that holds for the whole run. Throws n8n's error where it cannot be read. */
export function valueOf<T>(context: IExecuteFunctions, result: Result<T>): T {
	if (result.ok) return result.value;
	throw toNodeError(context.getNode(), result.problem);
}
