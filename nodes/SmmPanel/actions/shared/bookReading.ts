/**
 * The order book for operations that ask the panel about orders. They make no table, and a book that fails stops none
 * of them.
 */
import type { IExecuteFunctions } from 'n8n-workflow';
import { unavailableHere } from '../../book/n8nExecution';
import { done, explain, refused, type BookProblem, type Result } from '../../book/problems';
import { TABLE_NAME } from '../../book/rows';
import { inlineRunner } from '../../book/inline';
import { findSubworkflowBook, type WorkflowBook } from '../../book/subworkflowStore';
import { accountOf } from '../../shared/connection';
import { inputProblem, showHints, warn } from '../../shared/problems';
import { failure, success, type Result as UserResult } from '../../shared/result';
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
): Promise<Result<ReadBook | undefined>> {
	const unavailable = await unavailableHere(context);
	if (unavailable) return refused(unavailable);
	const workflowId = context.getWorkflow().id ?? '';
	const found = await findSubworkflowBook(inlineRunner(context), workflowId, patient);
	if (!found.ok) return found;
	if (found.value === undefined) return done(undefined);
	return done({ store: found.value, account: await accountOf(context) });
}

/** The same for an operation that lists the book itself: throws n8n's error where the book cannot be opened. */
export const openedBook = async (context: IExecuteFunctions): Promise<ReadBook | undefined> =>
	valueOf(context, withExplanation(await bookToRead(context, { patient: false })));

/** Turns a problem of the book into one that tells the user what is the matter and what to do. */
export function withExplanation<T>(result: Result<T>): UserResult<T> {
	if (result.ok) return success(result.value);
	const { message, remedy } = explain(result.problem);
	return failure(inputProblem(`The order book cannot be read: ${message}`, remedy));
}

/** Tells the user why no order is listed. */
export const sayThereIsNone = (context: IExecuteFunctions): void =>
	showHints(context, {
		message: `There is no order book in this project yet. The operation 'Create' makes it with the first order, as the data table '${TABLE_NAME}'.`,
	});

/** Writes into the book, where there is one. A failure only becomes a hint, since the panel has answered. */
export async function writeBack(
	context: IExecuteFunctions,
	write: (book: ReadBook) => Promise<Result<void>>,
): Promise<void> {
	const written = await writeIfThere(context, write).catch((error: unknown) =>
		refused<BookProblem>({ kind: 'failed', detail: String(error) }),
	);
	if (written.ok || saysNothing(written.problem)) return;
	warn(
		context,
		`What the panel said was not written into the order book. ${explain(written.problem).message}.`,
	);
}

async function writeIfThere(
	context: IExecuteFunctions,
	write: (book: ReadBook) => Promise<Result<void>>,
): Promise<Result<void>> {
	const book = await bookToRead(context, { patient: true });
	if (!book.ok) return book;
	return book.value === undefined ? done(undefined) : await write(book.value);
}

/** Whether there is just no book, which is nothing that these operations speak of. */
const saysNothing = ({ kind }: BookProblem): boolean => kind === 'unavailable' || kind === 'gone';
