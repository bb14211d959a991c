/** The lines of a mass order. */
import { readLines } from '../../../nodes/SmmPanel/actions/order/placing/lines';

const LINK = 'https://example.com/p/1';

it('reads an order a line, counts blank lines and takes the line ends of any system', () => {
	const text = `\uFEFF 1 | ${LINK} | 100\r\n\r\n#ab_2|${LINK}\n\r3 |${LINK}|\t5 \n`;
	expect(
		readLines(text).map(({ line, service, values, problems }) => [
			line,
			service.ok && service.value,
			values,
			problems,
		]),
	).toEqual([
		[1, '1', { link: LINK, quantity: '100' }, []],
		[3, 'ab_2', { link: LINK }, []],
		[5, '3', { link: LINK, quantity: '5' }, []],
	]);
});

it.each(['1,000', '1.000', "1'000", '1 000', '1k', '-5', '1e3', '10.0'])(
	'refuses %p as a quantity',
	(text) => {
		expect(readLines(`1 | ${LINK} | ${text}`)[0]?.problems).toEqual([
			`Quantity "${text}" is not written in digits only, such as 1000`,
		]);
	},
);

it.each([
	[`1 | ${LINK}?a=b|c | 100`, /3 "\|": write one inside a link as %7C/],
	['1', /^No link/],
	['1 | | 100', /^No link/],
])('refuses %p', (text, problem) => {
	expect(readLines(text)[0]?.problems).toEqual([expect.stringMatching(problem)]);
});

it('refuses what is no service ID', () => {
	expect(readLines(`likes! | ${LINK} | 1`)[0]?.service).toMatchObject({
		ok: false,
		problem: { message: '"likes!" is not a service ID' },
	});
});
