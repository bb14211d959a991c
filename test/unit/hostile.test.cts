/** Answers made to hang or exhaust whoever reads them. */
import { clientAnswered, surprises } from './answered.cts';

const LARGE = 60_000;
test.each<[string, string]>([
	['lists in lists in lists', '['.repeat(LARGE) + ']'.repeat(LARGE)],
	['objects in objects', '{"error":'.repeat(LARGE / 4) + '1' + '}'.repeat(LARGE / 4)],
	['a nested order', `{"order":${'['.repeat(5000)}${']'.repeat(5000)}}`],
	['quotes that never close, and a long number', '"\\"'.repeat(LARGE) + ' 1234567890123456'],
	['opening brackets of HTML', `<html>${'<'.repeat(LARGE)}`],
	['titles that never end', `<html>${'<title'.repeat(LARGE)}`],
	['blanks', ' '.repeat(LARGE * 5)],
	['words that begin like others', JSON.stringify({ error: 'account '.repeat(LARGE) })],
	['commas', JSON.stringify({ balance: '1,'.repeat(LARGE) })],
	['digits', `{"balance":"${'9'.repeat(LARGE)}"}`],
	['an exponent of nine digits', '{"balance":"1e999999999","charge":"1e-999999999","status":"x"}'],
	['a number of many digits', `{"balance":${'9'.repeat(LARGE)},"order":${'9'.repeat(LARGE)}}`],
	['many rows', JSON.stringify(Array.from({ length: 5000 }, (_, order) => ({ order, refill: 1 })))],
])(
	'%s are read or refused at once',
	async (_name, body) => {
		const startedAt = Date.now();
		expect(await surprises(clientAnswered(body))).toEqual([]);
		expect(await surprises(clientAnswered(body, 500))).toEqual([]);
		expect(Date.now() - startedAt).toBeLessThan(20_000);
	},
	30_000,
);

test('a text of megabytes beside a long number is read at once, and the number keeps its digits', async () => {
	const text = JSON.stringify('x"\\'.repeat(2_000_000));
	const startedAt = Date.now();
	expect((await clientAnswered(`{"note":${text},"order":1234567890123456789}`).add({})).order).toBe(
		'1234567890123456789',
	);
	expect(Date.now() - startedAt).toBeLessThan(20_000);
}, 30_000);
