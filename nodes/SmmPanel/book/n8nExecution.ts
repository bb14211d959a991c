/** Reads from n8n what identity.ts needs: the only place that knows where n8n keeps it. */
import type { IExecuteFunctions, IRunExecutionData } from 'n8n-workflow';
import { parseUrl } from '../panel/url';
import type { ExecutionFacts, ReadExecution } from './identity';
import type { BookProblem } from './problems';

type Context = Pick<
	IExecuteFunctions,
	'getWorkflowDataProxy' | 'getExecutionContext' | 'getExecutionDataById' | 'getExecutionId' | 'helpers'
>;

/**
 * The token stands in the address that resumes a waiting execution. It must not be stored, logged or
 * shown.
 */
function ownToken(context: Context): string | undefined {
	const { $execution } = context.getWorkflowDataProxy(0);
	const address: unknown = $execution?.resumeUrl;
	const url = typeof address === 'string' ? parseUrl(address) : undefined;
	return url?.searchParams.get('signature') ?? undefined;
}

export const ownFacts = (context: Context): ExecutionFacts => {
	const token = ownToken(context);
	const parentExecutionId = context.getExecutionContext?.()?.parentExecutionId;
	return {
		...(token !== undefined && { token }),
		...(parentExecutionId !== undefined && { parentExecutionId }),
	};
};

/** The facts of stored executions, each read once. */
export function executionReader(context: Context): ReadExecution {
	const known = new Map<string, Promise<ExecutionFacts | undefined>>();
	const read = async (id: string): Promise<ExecutionFacts | undefined> => {
		try {
			const data = await context.getExecutionDataById(id);
			return data && factsOf(data);
		} catch {
			// n8n throws for an execution that it has not stored, or that this workflow may not read
			return undefined;
		}
	};
	return async (id) => {
		const found = known.get(id) ?? read(id);
		known.set(id, found);
		return await found;
	};
}

function factsOf({ resumeToken, executionData }: IRunExecutionData): ExecutionFacts {
	const parentExecutionId = executionData?.runtimeData?.parentExecutionId;
	return {
		...(resumeToken !== undefined && { token: resumeToken }),
		...(parentExecutionId !== undefined && { parentExecutionId }),
	};
}

/**
 * Whether this n8n can keep an order book, before anything is tried. Undefined: it can, as far as can be
 * seen.
 */
export function unavailableHere(context: Context): BookProblem | undefined {
	if (ownToken(context) === undefined) return { kind: 'unavailable', reason: 'oldN8n' };
	if (context.helpers.getDataTableProxy === undefined) return { kind: 'unavailable', reason: 'moduleOff' };
	return undefined;
}
