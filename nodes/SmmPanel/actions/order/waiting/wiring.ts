/**
 * The lines around a Wait Until Finished. Wired as the editor proposes it, what comes next hangs on *Not Yet* and runs at
 * every look; led back from *Finished*, or with *Always Output Data*, the node never ends.
 */
import type { IConnections, IExecuteFunctions, INode, IRunExecutionData } from 'n8n-workflow';
import { isObject } from '../../../panel/json';
import { inputProblem, ofRead, toNodeError, type Problem } from '../../../shared/problems';

interface Wiring {
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

type Running = Pick<IExecuteFunctions, 'getNode'>;

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
		const isWait = doesWith(workflow, name, node, ['waitUntilFinished']);
		const wrong = isRun && isWait ? problemAround(name, workflow) : undefined;
		if (wrong !== undefined) return inputProblem(wrong.message, `${wrong.remedy} ${andSo}`);
	}
	return undefined;
}

/** What is wrong with the lines of one wait, and which of them to move. */
function problemAround(name: string, workflow: Wiring): Problem | undefined {
	const [notYet = [], finished = [], failed = []] = linesOf(workflow, name);
	const node = workflow.nodes[name];
	const own = `the input of "${name}" itself`;
	const endless = (to: string) => endlessOutputs(workflow, to, name);
	if (node?.disabled === true) {
		if (!waysFrom(workflow, [notYet], endless).has(name)) return undefined;
		return inputProblem(
			`"${name}" is deactivated, and what leaves 'Not Yet' comes back to it: n8n would go round for ever`,
			`Remove the line from 'Not Yet', or activate "${name}".`,
		);
	}
	if (node?.alwaysOutputData === true) {
		return inputProblem(
			`'Always Output Data' is on for "${name}": it would never end`,
			`Turn it off in the settings of "${name}".`,
		);
	}
	const next = [...waysFrom(workflow, [notYet], (to) => (isDisabled(workflow, to) ? 1 : 0)).keys()];
	const astray = next.find((to) => to !== name && !isDisabled(workflow, to));
	if (astray !== undefined) {
		const leadsBack = waysFrom(workflow, linesOf(workflow, astray)).has(name);
		return inputProblem(
			`"${astray}" hangs on the output 'Not Yet' of "${name}": it would run at every look, and not at the end`,
			leadsBack
				? `Remove the line from 'Not Yet' to "${astray}", and draw one from 'Not Yet' straight to ${own}. What is to happen at the end hangs on 'Finished'.`
				: `Remove the line from 'Not Yet' to "${astray}", and draw it from 'Finished' to "${astray}". Draw the line from 'Not Yet' to ${own}, and to nowhere else.`,
		);
	}
	if (!next.includes(name)) {
		return inputProblem(
			`The output 'Not Yet' of "${name}" leads nowhere: it would look only once`,
			`Draw a line from 'Not Yet' to ${own}, and go on from 'Finished'.`,
		);
	}
	const others = node?.onError === 'continueErrorOutput' ? [finished, failed] : [finished];
	const last = waysFrom(workflow, others, endless).get(name);
	if (last === undefined) return undefined;
	const from = last === name ? "the output 'Finished'" : `"${last}", which comes after 'Finished',`;
	return inputProblem(
		`A line leads from ${from} back to "${name}": it would wait for the same orders for ever`,
		last === name
			? `Remove the line from 'Finished' to ${own}. Only 'Not Yet' leads back; what is to happen at the end hangs on 'Finished'.`
			: `Remove the line from "${last}" to "${name}", or lead it through a Loop Over Items, If, Switch or Filter, which ends it.`,
	);
}

const isDisabled = ({ nodes }: Wiring, name: string): boolean => nodes[name]?.disabled === true;

/** The names behind each output; a disabled node hands its input on by its first one. */
const linesOf = (workflow: Wiring, name: string): string[][] => {
	const outputs = workflow.connectionsBySourceNode[name]?.main ?? [];
	const used = isDisabled(workflow, name) ? outputs.slice(0, 1) : outputs;
	return used.map((lines) => (lines ?? []).map(({ node }) => node));
};

/**
 * All nodes to which these lines lead, each with the one before it; a node that is led to directly stands for itself.
 * `outputs`: by how many of a node's outputs the way goes on.
 */
function waysFrom(
	workflow: Wiring,
	lines: readonly string[][],
	outputs: (name: string) => number = () => Infinity,
): Map<string, string> {
	const before = new Map(lines.flat().map((name) => [name, name]));
	// A Map gives what is added while it is walked through, too
	for (const name of before.keys()) {
		const followed = linesOf(workflow, name).slice(0, outputs(name));
		for (const next of followed.flat()) if (!before.has(next)) before.set(next, name);
	}
	return before;
}

const LOOP = 'n8n-nodes-base.splitInBatches';
const CHOOSING = ['n8n-nodes-base.if', 'n8n-nodes-base.switch', 'n8n-nodes-base.filter'];

/**
 * By how many of its outputs a node always hands on. A way back may end at one that sends on only some of the items, or
 * that places orders, which are new.
 */
function endlessOutputs(workflow: Wiring, name: string, wait: string): number {
	const node = workflow.nodes[name];
	const own = workflow.nodes[wait];
	if (node === undefined || own === undefined || node.disabled === true) return Infinity;
	if (node.type === LOOP || doesWith(workflow, name, own, ['create', 'createMass'])) return 0;
	if (!CHOOSING.includes(node.type)) return Infinity;
	// n8n gives an empty item by the first output where nothing leaves by it
	return node.alwaysOutputData === true ? 1 : 0;
}

/** Whether this node is one of `own`'s type and does one of these things with orders. */
function doesWith({ nodes }: Wiring, name: string, own: INode, operations: readonly string[]): boolean {
	const node = nodes[name];
	if (node?.type !== own.type) return false;
	const { resource, operation } = node.parameters;
	return resource === 'order' && operations.includes(String(operation));
}
