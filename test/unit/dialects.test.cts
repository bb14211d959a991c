/** Whatever dialect a panel speaks, it is understood as if it were the stock panel. */
import type { Service } from '../../nodes/SmmPanel/panel/schemas';
import { DIALECTS } from '../panel/dialects.cts';
import { everyAnswer } from './scenario.cts';
import { clientFixtures } from './clientFixture.cts';

const { stand, stopAll } = clientFixtures();
afterAll(stopAll);

type Answers = Record<string, unknown>;
type Figures = Record<string, unknown>;

const stock = (async () => await everyAnswer(await stand()))();

/** The same answers with every order's figures changed, except of those that have none. */
const withFigures = (change: (figures: Figures) => Figures) => (answers: Answers) => {
	const changed = (part: unknown) =>
		Object.fromEntries(
			Object.entries(part as Figures).map(([role, figures]) => [
				role,
				(figures as Figures).charge ? change(figures as Figures) : figures,
			]),
		);
	return { ...answers, statuses: changed(answers.statuses), oneStatus: changed(answers.oneStatus) };
};

const withServices =
	(change: (service: Service, position: number) => Partial<Service>) => (answers: Answers) => ({
		...answers,
		services: (answers.services as Service[]).map((service, position) => ({
			...service,
			...change(service, position),
		})),
	});

const renamed = (names: Record<string, string>) => (answers: Answers) =>
	JSON.parse(
		JSON.stringify(answers, (field, value: unknown) =>
			field === 'status' && typeof value === 'string' ? (names[value] ?? value) : value,
		),
	) as Answers;

const withEffect = (answer: unknown, effect: string) =>
	JSON.parse(
		JSON.stringify(answer, (field, value: unknown) => (field === 'effect' ? effect : value)),
	) as unknown;

/** What is no error by its structure, or a server's fault, refuses no order by its words. */
const withOpenAdds = (answers: Answers): Answers => ({
	...answers,
	tooFew: withEffect(answers.tooFew, 'unknown'),
	noLink: withEffect(answers.noLink, 'unknown'),
	noService: withEffect(answers.noService, 'unknown'),
});

/** Where a dialect says less than the stock panel, or other things. */
const DIFFERENT: Record<string, (answers: Answers) => Answers> = {
	'status-start-null': withFigures((figures) => ({ ...figures, startCount: null })),
	'status-start-empty': withFigures((figures) => ({ ...figures, startCount: null })),
	'status-start-missing': withFigures((figures) => ({ ...figures, startCount: null })),
	'status-remains-unknown': withFigures((figures) => ({ ...figures, remains: null })),
	'status-no-currency': withFigures((figures) => ({ ...figures, currency: null })),
	'spelling-other-words': renamed({ Pending: 'Awaiting', Canceled: 'Refunded' }),
	'spelling-failures': renamed({ Canceled: 'Fail', Rejected: 'Error' }),
	'services-flags-missing': withServices(() => ({ refill: false, cancel: false, dripfeed: false })),
	'services-no-dripfeed': withServices(() => ({ dripfeed: false })),
	'services-extras': withServices(({ name }) => ({
		description: `What to know about ${name}\nSecond line <b>in bold</b>`,
	})),
	'services-empty': (answers) => ({ ...answers, services: [] }),
	'balance-no-currency': (answers) => ({
		...answers,
		balance: { ...(answers.balance as Figures), currency: null },
	}),
	'errors-message': (answers) => withOpenAdds(answers),
	'http-503': (answers) => ({
		...withOpenAdds(answers),
		noRefill: withEffect(answers.noRefill, 'unknown'),
	}),
	'cancel-request-ids': (answers) => ({
		...answers,
		cancels: { ...(answers.cancels as Figures), moving: '5' },
		oneCancel: { pending: '6' },
	}),
	// One ID for the whole list: which of its orders were refused is not said
	'cancel-object': (answers) => ({
		...answers,
		cancels: { moving: '5', done: '5', unknown: '5' },
		oneCancel: { pending: '6' },
	}),
};

/** Compared by their own rules, below. */
const OTHERWISE = [
	'services-type-spellings',
	'services-type-unknown',
	'services-odd-limits',
	'spelling-unknown',
];

test.each(DIALECTS.filter((name) => !OTHERWISE.includes(name)))('%s', async (name) => {
	const expected = DIFFERENT[name]?.(await stock) ?? (await stock);
	const { waits, ...answers } = await answersIn(name);
	expect(answers).toEqual(expected);
	// A server's fault is asked again, whatever its words
	if (name === 'http-503') expect(waits).not.toEqual([]);
	else expect(waits).toEqual([]);
});

async function answersIn(dialect: string): Promise<Answers> {
	const spoken = await stand({ panel: { dialects: [dialect] } });
	const answers = await everyAnswer(spoken);
	return { ...answers, waits: spoken.clock.waits };
}

test('a status that no other panel has keeps its words and is never final', async () => {
	const { statuses } = await answersIn('spelling-unknown');
	expect(statuses).toMatchObject({
		pending: { status: 'Queued at supplier', finished: false },
		moving: { status: 'Sendeling', finished: false },
		done: { status: 'Completed', finished: true },
	});
});
