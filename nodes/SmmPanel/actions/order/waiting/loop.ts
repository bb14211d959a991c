/** Whether *Not Yet* leads back to the node: without that, the wait would end after its first check. */
import type { INode, NodeConnectionType } from 'n8n-workflow';
import { isObject } from '../../../panel/json';

interface Source {
	node: string;
	index: number;
}

/** n8n's engine has it, its interface for nodes does not. By input, each with its sources. */
type Connections = (destination: INode, type: NodeConnectionType) => Array<Source[] | null | undefined>;

export const NOT_YET = 0;

/** Undefined: this n8n does not tell. `own` is the node that waits. */
export function leadsBack(context: object, own: INode): boolean | undefined {
	if (!hasConnections(context)) return undefined;
	const seen = new Set<string>();
	const names = [own.name];
	for (let name = names.shift(); name !== undefined; name = names.shift()) {
		for (const source of context.getConnections({ ...own, name }, 'main').flatMap((input) => input ?? [])) {
			if (source.node === own.name) {
				if (source.index === NOT_YET) return true;
			} else if (!seen.has(source.node)) {
				seen.add(source.node);
				names.push(source.node);
			}
		}
	}
	return false;
}

/**
 * Whether only the way to some node is run, as *Execute step* does: n8n cuts loops out of it, so that there is no waiting.
 */
export function isStepOnly(context: object): boolean {
	const data = 'runExecutionData' in context ? context.runExecutionData : undefined;
	return isObject(data) && isObject(data.startData) && data.startData.destinationNode !== undefined;
}

const hasConnections = (context: object): context is { getConnections: Connections } =>
	'getConnections' in context && typeof context.getConnections === 'function';
