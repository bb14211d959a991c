/**
 * The lines around a Wait Until Finished. Wired as the editor proposes it, what comes next hangs on *Not Yet* and runs at
 * every look; led back from *Finished*, or with *Always Output Data*, the node never ends.
 */
import type { IConnections, INode, IRunExecutionData } from 'n8n-workflow';
import { isObject } from '../../../panel/json';
import { inputProblem, ofRead, toNodeError, type Problem } from '../../../shared/problems';

export interface Wiring {
	nodes: Readonly<Record<string, INode>>;
	connectionsBySourceNode: IConnections;
}

/** What n8n-core's class shows a node, and n8n's interface for nodes does not. */
interface Shown {
	workflow: Wiring;
	runExecutionData?: Pick<IRunExecutionData, 'startData'> | null;
}

const showsWorkflow = (context: object): context is Shown =>
	'workflow' in context &&
	isObject(context.workflow) &&
	isObject(context.workflow.nodes) &&
	isObject(context.workflow.connectionsBySourceNode);

interface Running {
	getNode(): INode;
}

/** Whether only the step to this node is run: then n8n hands its output on to nobody, and it looks once. */
export const isLastStep = (context: Running): boolean =>
	showsWorkflow(context) &&
	context.runExecutionData?.startData?.destinationNode?.nodeName === context.getNode().name;

/** What is wrong around the node that waits, or around one that waits behind it, before its first look. */
export function wrongWiring(context: Running): Problem | undefined {
	if (isLastStep(context)) return undefined;
	if (!showsWorkflow(context)) {
		return inputProblem(
			'This n8n does not show a node its own connections',
			'Nothing was waited for. Update n8n, or use a Schedule with Get Status Changes.',
		);
	}
	return wrongFrom(
		context,
		'The node that placed the orders would place them again: pin its output before you execute the workflow anew.',
	);
}

/** Throws where a wait that comes after this node is wired wrongly: before its orders are paid. */
export function refuseWrongWaits(context: Running): void {
	if (!showsWorkflow(context)) return;
	// No word about money: what earlier tries have paid stands in the book, which was not asked
	const wrong = wrongFrom(context, 'Until then, this node sends no order.');
	if (wrong !== undefined) throw toNodeError(context.getNode(), ofRead(wrong));
}

/** Of this node and all that come after it, the first wait that is wired wrongly. */
function wrongFrom(context: Running & Shown, andSo: string): Problem | undefined {
	const { workflow, runExecutionData } = context;
	const { destinationNode, runNodeFilter } = runExecutionData?.startData ?? {};
	const node = context.getNode();
	for (const name of [node.name, ...waysFrom(workflow, linesOf(workflow, node.name)).keys()]) {
		const isRun = destinationNode === undefined || runNodeFilter?.includes(name) === true;
		const isWait = isOwn(workflow, name, node, ['waitUntilFinished']);
		const wrong = isRun && isWait ? problemAround(name, workflow) : undefined;
		if (wrong !== undefined) return inputProblem(wrong.message, `${wrong.remedy} ${andSo}`);
	}
	return undefined;
}

/** The outputs of the node that waits; its error output comes after them. */
const NOT_YET = 0;

/** What is wrong with the lines of one wait, and which of them to move. */
export function problemAround(name: string, workflow: Wiring): Problem | undefined {
	const [notYet = [], finished = [], failed = []] = linesOf(workflow, name);
	const astray = notYet.find((to) => to !== name);
	const own = `the input of "${name}" itself`;
	if (workflow.nodes[name]?.alwaysOutputData === true) {
		return inputProblem(
			`'Always Output Data' is on for "${name}": it would never end`,
			`Turn it off in the settings of "${name}".`,
		);
	}
	if (astray !== undefined) {
		const leadsBack = waysFrom(workflow, linesOf(workflow, astray)).has(name);
		return inputProblem(
			`"${astray}" hangs on the output 'Not Yet' of "${name}": it would run at every look, and not at the end`,
			leadsBack
				? `Remove the line from 'Not Yet' to "${astray}", and draw one from 'Not Yet' straight to ${own}. What is to happen at the end hangs on 'Finished'.`
				: `Remove the line from 'Not Yet' to "${astray}", and draw it from 'Finished' to "${astray}". Draw the line from 'Not Yet' to ${own}, and to nowhere else.`,
		);
	}
	if (notYet.length === 0) {
		return inputProblem(
			`The output 'Not Yet' of "${name}" leads nowhere: it would look only once`,
			`Draw a line from 'Not Yet' to ${own}, and go on from 'Finished'.`,
		);
	}
	const others = workflow.nodes[name]?.onError === 'continueErrorOutput' ? [finished, failed] : [finished];
	const last = waysFrom(workflow, others, (node) => !mayEnd(workflow, node, name)).get(name);
	if (last === undefined) return undefined;
	const from = last === name ? "the output 'Finished'" : `"${last}", which comes after 'Finished',`;
	return inputProblem(
		`A line leads from ${from} back to "${name}": it would wait for the same orders for ever`,
		last === name
			? `Remove the line from 'Finished' to ${own}. Only 'Not Yet' leads back; what is to happen at the end hangs on 'Finished'.`
			: `Remove the line from "${last}" to "${name}", or lead it through a Loop Over Items, If, Switch or Filter, which ends it.`,
	);
}

/** The names behind each output; a disabled node hands its input on by its first one. */
const linesOf = ({ nodes, connectionsBySourceNode }: Wiring, name: string): string[][] => {
	const outputs = connectionsBySourceNode[name]?.main ?? [];
	const used = nodes[name]?.disabled === true ? outputs.slice(NOT_YET, NOT_YET + 1) : outputs;
	return used.map((lines) => (lines ?? []).map(({ node }) => node));
};

/**
 * All nodes to which these lines lead, each with the one before it; a node that is led to directly stands for itself.
 * Beyond a node that does not hand on nothing is looked at.
 */
function waysFrom(
	workflow: Wiring,
	lines: readonly string[][],
	handsOn: (name: string) => boolean = () => true,
): Map<string, string> {
	const before = new Map(lines.flat().map((name) => [name, name]));
	// A Map gives what is added while it is walked through, too
	for (const name of before.keys()) {
		if (!handsOn(name)) continue;
		for (const next of linesOf(workflow, name).flat()) if (!before.has(next)) before.set(next, name);
	}
	return before;
}

const ENDING = ['splitInBatches', 'if', 'switch', 'filter'].map((name) => `n8n-nodes-base.${name}`);

/** Whether a way back may end at this node: it sends on only some of the items, or places orders that are new. */
function mayEnd(workflow: Wiring, name: string, wait: string): boolean {
	const node = workflow.nodes[name];
	const own = workflow.nodes[wait];
	if (node === undefined || node.disabled === true || own === undefined) return false;
	return ENDING.includes(node.type) || isOwn(workflow, name, own, ['create', 'createMass']);
}

/** Whether this node is enabled, one of `own`'s type, and does one of these things with orders. */
function isOwn({ nodes }: Wiring, name: string, own: INode, operations: readonly string[]): boolean {
	const node = nodes[name];
	if (node === undefined || node.disabled === true || node.type !== own.type) return false;
	const { resource, operation } = node.parameters;
	return resource === 'order' && operations.includes(String(operation));
}
