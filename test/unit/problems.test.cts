/** What n8n shows of an error: our words, whatever codes of Node's are in them. */
import type { INode } from 'n8n-workflow';
import { headlineOf, PanelError, type PanelErrorDetails } from '../../nodes/SmmPanel/panel/errors';
import {
	inputProblem,
	notSent,
	plainProblem,
	toNodeError,
	type Problem,
} from '../../nodes/SmmPanel/shared/problems';

const NODE: INode = { id: '1', name: 'Node', type: 'x', typeVersion: 1, position: [0, 0], parameters: {} };

/** COMMON_ERRORS of n8n-workflow's node.error.js, which n8n replaces whole messages by. */
const CODES =
	'ECONNREFUSED ECONNRESET ENOTFOUND ETIMEDOUT ERRADDRINUSE EADDRNOTAVAIL ECONNABORTED EHOSTUNREACH EAI_AGAIN ' +
	'ENOENT EISDIR ENOTDIR EACCES EEXIST EPERM GETADDRINFO';

test.each(CODES.split(' '))('a message with %s stays ours', (code) => {
	const message = `Outcome unknown: the order may have been placed. read ${code}`;
	const problem = {
		message,
		remedy: 'Look in the panel.',
		family: 'network',
		effect: 'unknown',
		action: 'add',
	} as const;
	expect(toNodeError(NODE, problem).message).toBe(message);
	expect(toNodeError(NODE, problem, { itemIndex: 2 }).message).toBe(`${message} [Item 2]`);
	expect(toNodeError(NODE, inputProblem(message, 'Correct it.')).message).toBe(message);
});

const error = (message: string, details: Partial<PanelErrorDetails>) =>
	new PanelError(message, { family: 'funds', effect: 'none', action: 'add', ...details });

test.each<[Partial<PanelErrorDetails>, string, string]>([
	[
		{},
		'neworder.error.not_enough_funds',
		'Not enough balance at the panel. Nothing was paid. (neworder.error.not_enough_funds)',
	],
	[
		{ family: 'network' },
		'panel.example refused the connection.',
		'The panel does not answer. Nothing was paid. (panel.example refused the connection.)',
	],
	[{ family: 'network', effect: 'unknown' }, 'socket hang up', 'The panel does not answer. (socket hang up)'],
	[
		{ family: 'order', action: 'status' },
		'Incorrect order ID',
		'The panel does not know this order. (Incorrect order ID)',
	],
	[
		{ family: 'conflict', namedOrder: '777' },
		'You have active order with this link',
		'The panel already has an active order for this link. It is order 777. Nothing was paid. (You have active order with this link)',
	],
])('%j: "%s" is told as "%s"', (details, words, headline) => {
	expect(headlineOf(error(words, details))).toBe(headline);
	expect(plainProblem(error(words, details)).message).toBe(headline);
});

test('a read has no outcome; what was not sent because of one has', () => {
	const failed = error('Down', { family: 'maintenance', action: 'services' });
	expect(toNodeError(NODE, failed).context.data).toEqual({ errorType: 'maintenance' });
	for (const hasPaid of [false, true]) {
		expect(toNodeError(NODE, notSent(failed, { isAsked: true, hasPaid })).context.data).toEqual({
			errorType: 'maintenance',
			outcome: 'refused',
		});
	}
	expect(toNodeError(NODE, notSent(failed, { isAsked: false })).context.data).toEqual({
		errorType: 'maintenance',
	});
});

test('what was not sent says that nothing was paid once the book was asked, unless a run has paid for others', () => {
	const failed = error('Down', { family: 'maintenance', action: 'services' });
	const words = (problem: Problem, hasPaid = false) => notSent(problem, { isAsked: true, hasPaid }).message;
	expect(words(failed)).toBe('The panel is not available right now. Nothing was paid. (Down)');
	expect(words(failed, true)).toBe('The panel is not available right now. (Down)');
	expect(words(inputProblem('No link.', ''))).toBe('No link. Nothing was paid.');
	for (const said of [
		notSent(failed, { isAsked: true }),
		{ ...failed, message: 'Lost', effect: 'unknown' as const },
	]) {
		expect(words(said)).toBe(said.message);
	}
	expect(notSent(failed, { isAsked: false }).message).toBe('The panel is not available right now. (Down)');
});
