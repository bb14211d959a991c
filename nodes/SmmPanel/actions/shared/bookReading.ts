/**
 * The order book for operations that ask the panel about orders. They make no table, and a book that fails stops none
 * of them.
 */
import type { IExecuteFunctions } from 'n8n-workflow';
import { unavailableHere } from '../../book/n8nExecution';
import { explain, type BookProblem, type StepResult } from '../../book/problems';
import { TABLE_NAME } from '../../book/rows';
import { inlineRunner } from '../../book/inline';
import { findSubworkflowBook, type WorkflowBook } from '../../book/subworkflowStore';
import { accountOf } from '../../shared/connection';
import { inputProblem, showHints, warn } from '../../shared/problems';
import { failure, success, type Result } from '../../shared/result';
import { valueOf } from '../../shared/parameters';

export interface ReadBook {
	store: WorkflowBook;
	/** Whose orders: as `Connection` has it. */
	account: string;
}

/** The book of the workflow's project; undefined where there is none yet. `patient`: findSubworkflowBook. */
export async function bookToRead(
	context: IExecuteFunctions,
	{ patient }: { patient: boolean },
): Promise<StepResult<ReadBook | undefined>> {
	const unavailable = await unavailableHere(context);
	if (unavailable) return failure(unavailable);
	const workflowId = context.getWorkflow().id ?? '';
	const found = await findSubworkflowBook(inlineRunner(context), workflowId, patient);
	if (!found.ok) return found;
	if (found.value === undefined) return success(undefined);
	return success({ store: found.value, account: await accountOf(context) });
}

/** The same for an operation that lists the book itself: throws n8n's error where it cannot be opened. */
export async function openedBook(context: IExecuteFunctions): Promise<ReadBook | undefined> {
	const book = bookValue(context, await bookToRead(context, { patient: false }));
	if (book === undefined) {
		const message = `There is no order book in this project yet. The operation 'Create' makes it with the first order, as the data table '${TABLE_NAME}'.`;
		showHints(context, { message });
	}
	return book;
}

/** What the book gave; throws n8n's error where it gave nothing. */
export const bookValue = <T>(context: IExecuteFunctions, result: StepResult<T>): T =>
	valueOf(context, withExplanation(result));

/** Turns a problem of the book into one that tells the user what is the matter and what to do. */
export function withExplanation<T>(result: StepResult<T>): Result<T> {
	if (result.ok) return result;
	const { message, remedy } = explain(result.problem);
	return failure(inputProblem(`The order book cannot be read: ${message}`, remedy));
}

/** Writes into the book, where there is one. A failure only becomes a hint, since the panel has answered. */
export async function writeBack(
	context: IExecuteFunctions,
	write: (book: ReadBook) => Promise<StepResult<void>>,
): Promise<void> {
	const written = await bookToRead(context, { patient: true })
		.then(async (book) => (book.ok && book.value !== undefined ? await write(book.value) : book))
		.catch((error: unknown) => failure<BookProblem>({ kind: 'failed', detail: String(error) }));
	// That there is just no book is nothing that these operations speak of
	if (written.ok || written.problem.kind === 'unavailable' || written.problem.kind === 'gone') return;
	const { message } = explain(written.problem);
	warn(context, `What the panel said was not written into the order book. ${message}.`);
}
