import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { findOrders } from '../../book/orders';
import { isUnknown } from '../../book/matches';
import { rowJson } from '../../book/listing';
import type { StoredRow } from '../../book/rows';
import { allOf, where } from '../../book/store';
import { withStatus } from '../../book/writeBack';
import type { OrderStatus } from '../../panel/schemas';
import { isObject } from '../../panel/json';
import { connect } from '../../shared/connection';
import { isId, withoutHash } from '../../shared/ids';
import { ParameterReader } from '../../shared/parameters';
import { inputProblem, plainProblem, toNodeError, warn } from '../../shared/problems';
import { failure, success, type Result } from '../../shared/result';
import { executeItems, isLeftToModel, type Operation } from '../operation';
import { openedBook, withExplanation, type ReadBook } from '../shared/bookReading';
import { asItStands, chargeFits, sentAt, unknownRows } from './unknownOrders';

export const resolve: Operation = {
	value: 'resolve',
	name: 'Resolve',
	action: 'Resolve unknown order',
	description:
		'Say what became of an order whose outcome is unknown, after you have looked in the panel. Sends no order.',
	fields: [
		{
			displayName: 'Row',
			name: 'row',
			type: 'string',
			default: '',
			placeholder: 'e.g. 12',
			builderHint: {
				propertyHint:
					'The `row` of an item of *Order: Reconcile* or *Order: Get Many*. A person decides which: leave it empty where nobody has, and never fill it by `$fromAI`.',
			},
			description:
				"The row's ID in the order book, or an item of 'Reconcile' or 'Get Many'. Left empty, nothing is decided, and the error lists the unknown orders.",
		},
		{
			displayName: 'Decision',
			name: 'decision',
			type: 'options',
			options: [
				{
					name: 'It Was Not Placed',
					value: 'notPlaced',
					description: 'Deletes the row and frees its keys: the same order can then be sent, and paid',
				},
				{ name: 'It Was Placed', value: 'placed' },
			],
			default: 'placed',
			description: 'What you have found in the panel',
		},
		{
			displayName: 'Placed As',
			name: 'placedAs',
			type: 'string',
			default: '',
			placeholder: 'e.g. 23501',
			description: "The order's ID at the panel. The panel is asked for its status first.",
			displayOptions: { show: { decision: ['placed'] } },
		},
	],
	execute,
};

interface Decision {
	/** Undefined: the user asks which there are. */
	row: number | undefined;
	/** The order's ID; undefined: it was not placed. */
	order: string | undefined;
}

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	if (['row', 'decision', 'placedAs'].some((name) => isLeftToModel(context, name))) {
		throw toNodeError(
			context.getNode(),
			inputProblem(
				'What became of an order is for a person to say, not for a model',
				"Enter 'Row', 'Decision' and 'Placed As' yourself.",
			),
		);
	}
	const book = await openedBook(context);
	return await executeItems(context, async (item) => {
		const decision = readDecision(context, item);
		const resolved = decision.ok ? await resolveRow(context, book, decision.value) : decision;
		return resolved.ok ? success([resolved.value]) : resolved;
	});
}

function readDecision(context: IExecuteFunctions, item: number): Result<Decision> {
	const names = ['row', 'decision', 'placedAs'];
	const values = names.map((name): [string, unknown] => [name, context.getNodeParameter(name, item, '')]);
	const given = Object.fromEntries(values);
	const row = isObject(given.row) ? given.row.row : given.row;
	const read = new ParameterReader({ ...given, row }, 'Parameters');
	const id = read.whole('row', 'Row', { least: 1 }, undefined);
	if (id === undefined && read.problems.length === 0) return success({ row: id, order: undefined });
	const decision = read.choice('decision', 'Decision', ['placed', 'notPlaced'], 'placed');
	const order = withoutHash(read.text('placedAs', 'Placed As'));
	if (decision === 'placed' && !isId(order)) read.problems.push(`'Placed As' is no order ID: "${order}"`);
	return read.result({ row: id, order: decision === 'placed' ? order : undefined });
}

async function resolveRow(
	context: IExecuteFunctions,
	book: ReadBook | undefined,
	{ row: id, order }: Decision,
): Promise<Result<IDataObject>> {
	if (id === undefined) return await whichThereAre(book);
	if (book === undefined) return noSuchRow(id);
	const found = await rowToResolve(book, id);
	if (!found.ok) return found;
	const row = found.value;
	const placed = order === undefined ? undefined : await placedAs(context, book, row, order);
	if (placed?.ok === false) return placed;
	const changed = withExplanation(
		placed
			? await book.store.updateWhere(asItStands(row), placed.value.row)
			: await book.store.deleteWhere([asItStands(row)]),
	);
	if (!changed.ok) return changed;
	const [now] = changed.value;
	if (now === undefined)
		return refusal(`Somebody else has just decided about row ${id}`, 'Look at the row anew.');
	if (placed === undefined) return success({ ...rowJson(row), state: 'deleted' });
	const { doubt } = placed.value;
	if (doubt !== '') warn(context, `Row ${id}: ${doubt}. Look whether it is this order.`);
	return success(rowJson(now));
}

/** Longer lists are read in 'Get Many'. */
const MOST_LISTED = 20;

/** The unknown orders in words, as the error of a decision about none of them. */
async function whichThereAre(book: ReadBook | undefined): Promise<Result<IDataObject>> {
	const found = book ? withExplanation(await unknownRows(book.store, book.account, Date.now())) : success([]);
	if (!found.ok) return found;
	const rows = [...found.value].sort((a, b) => sentAt(b).localeCompare(sentAt(a)));
	if (rows.length === 0) return refusal('No order of this account is unknown', 'There is nothing to decide.');
	const listed = rows.slice(0, MOST_LISTED).map((row) => {
		const service = [row.service, row.serviceName].filter(Boolean).join(' ');
		return `row ${row.id}: service ${service}, ${row.link || 'no link'}, sent ${sentAt(row)}`;
	});
	const more = rows.length > MOST_LISTED ? ` And ${rows.length - MOST_LISTED} more.` : '';
	return refusal(
		"'Row' is empty: nothing was decided",
		`Look in the panel what became of them, then enter one's row. Unknown: ${listed.join('; ')}.${more}`,
	);
}

async function rowToResolve({ store, account }: ReadBook, id: number): Promise<Result<StoredRow>> {
	const found = withExplanation(await store.find([allOf(where('id', id))]));
	if (!found.ok) return found;
	const [row] = found.value;
	if (row === undefined) return noSuchRow(id);
	if (row.account !== account) {
		return refusal(
			`Row ${id} is an order of another account, at ${row.panel}`,
			'Choose the credential with which it was placed.',
		);
	}
	if (isUnknown(row, Date.now())) return success(row);
	return row.state === 'placed'
		? refusal(`Row ${id} is order ${row.order}: there is nothing to decide`, 'Check the row.')
		: refusal(`Row ${id} may still be on its way`, 'Resolve it five minutes after its last sign of life.');
}

/** The row as that of a placed order, and why it may be another one. Its keys stay. */
async function placedAs(
	context: IExecuteFunctions,
	{ store, account }: ReadBook,
	row: StoredRow,
	order: string,
): Promise<Result<{ row: StoredRow; doubt: string }>> {
	const taken = withExplanation(await findOrders(store, account, [order]));
	if (!taken.ok) return taken;
	const other = taken.value.get(order)?.row;
	if (other) return refusal(`Order ${order} is already in row ${other.id}`, 'Check the ID.');
	const { client } = await connect(context);
	const outcome = (await client.status([order])).get(order);
	if (outcome?.ok !== true) {
		const problem =
			outcome === undefined
				? inputProblem(`The panel said nothing about order ${order}`, '')
				: plainProblem(outcome.error);
		return failure({ ...problem, message: `Order ${order} was not taken for the row: ${problem.message}` });
	}
	const doubt = doubtAbout(row, order, outcome.value);
	const note = ['resolved', doubt].filter(Boolean).join(': ');
	const placed: StoredRow = { ...row, state: 'placed', order, placedAt: sentAt(row), note };
	return success({ row: withStatus(placed, outcome.value, new Date().toISOString()), doubt });
}

/** A canceled or partly done order costs less than it was to cost. */
function doubtAbout(
	{ estimate }: StoredRow,
	order: string,
	{ charge, finished, status }: OrderStatus,
): string {
	if (estimate === null || charge === null || chargeFits(estimate, charge) !== undefined) return '';
	if (finished && status !== 'Completed' && Number(charge) < estimate) return '';
	return `order ${order} costs ${Number(charge)}, and this one was to cost ${estimate}`;
}

const refusal = (message: string, remedy: string) => failure(inputProblem(message, remedy));

const noSuchRow = (id: number) =>
	refusal(
		`The order book has no row ${id}`,
		"'Get Many' lists the rows; unknown ones have the state unknown or sending.",
	);
