/** Recipes 1 to 6 and 10, published together in one n8n: their triggers' first poll is waited for once. */
import type { SavedWorkflow } from '../sandbox/api.cts';
import { errorOf, jsonOf, type Execution } from '../sandbox/executions.cts';
import type { Row } from '../sandbox/dataTables.cts';
import { executionsOf, messagesOf, submitForm, untilWaiting } from './exampleFiles.cts';
import { BOOK, importRecipes, page, type Recipe } from './exampleRecipes.cts';
import { ago, finishedOrders } from './exampleRefills.cts';
import { CATALOGUE, COMMENTS, DEAR, FOLLOWERS, LIKES } from './services.cts';
import { withN8n } from './n8nFixture.cts';

const stand = withN8n({ panel: { lives: { kind: 'still' }, balance: '1000' } });

const recipes = {} as Record<Recipe, SavedWorkflow>;
beforeAll(async () => {
	stand.panel.setCatalogue([...CATALOGUE, DEAR]);
	Object.assign(recipes, await importRecipes(stand));
}, 120_000);

const ended = async (recipe: Recipe, count: number, withinMs?: number) => {
	const executions = await executionsOf(stand, recipes[recipe], count, withinMs);
	expect(executions.map((each) => errorOf(each)?.message)).toEqual(executions.map(() => undefined));
	return executions;
};
const last = (executions: Execution[]) => executions.at(-1) as Execution;
const rows = async (): Promise<Row[]> => await stand.api.rowsOf(BOOK);
const csv = (...lines: string[]) =>
	new Blob([['service,link,quantity,comments,reference', ...lines].join('\n')], { type: 'text/csv' });
const orderFor = (name: string) => stand.panel.orders().find(({ fields }) => fields.link === page(name));
const idOf = (name: string) => String(orderFor(name)?.id);
/** A wait's second look is a minute after its first. */
const WAIT_MS = 150_000;

describe('recipe 1: orders from a form or a sheet', () => {
	it('is closed to those who do not know the password', async () => {
		expect(
			await submitForm(stand, recipes.place, ['1', page('a'), '100'], { user: 'x', password: 'y' }),
		).toBe(401);
	});

	it('places the order of the form, what is right of a sheet, and waits for both', async () => {
		const { panel } = stand;
		panel.inject({ kind: 'error', action: 'add', fields: { link: page('refused') }, text: 'Bad link' });
		panel.inject({ kind: 'dropAfter', action: 'add', fields: { link: page('lost') } });
		expect(await submitForm(stand, recipes.place, ['1', page('form'), '1000', ''])).toBe(200);
		const sheet = csv(
			`${FOLLOWERS.id},${page('b')},2000,,R-1`,
			`${COMMENTS.id},${page('c')},,"Great!\nSo nice",R-2`,
			`${FOLLOWERS.id},${page('d')},20,,R-3`,
			`${FOLLOWERS.id},${page('refused')},500,,R-4`,
			`${LIKES.id},${page('lost')},500,,R-5`,
			`999,${page('e')},500,,R-6`,
			`${DEAR.id},${page('dear')},1000,,R-7`,
			`${LIKES.id},${page('f')},1000,,R-8`,
		);
		await submitForm(stand, recipes.place, [undefined, undefined, undefined, undefined, sheet, 'June']);
		const july = csv(`${FOLLOWERS.id},${page('july')},50,,R-1`);
		await submitForm(stand, recipes.place, [undefined, undefined, undefined, undefined, july, 'July']);
		await untilWaiting(stand, recipes.place, 3);
		expect(
			panel
				.orders()
				.map(({ fields }) => fields.link)
				.sort(),
		).toEqual(['b', 'c', 'f', 'form', 'july', 'lost'].map(page));
		panel.moveOrder(idOf('form'), 'Completed');
		panel.moveOrder(idOf('b'), 'Partial', { remains: 400 });
		panel.moveOrder(idOf('c'), 'Canceled');
		for (const name of ['f', 'july']) panel.moveOrder(idOf(name), 'Completed');

		const [form, second] = await ended('place', 3, WAIT_MS);
		expect(messagesOf(form as Execution)).toEqual([`Order ${idOf('form')}: Completed`]);
		const told = messagesOf(second as Execution).join('\n');
		const late = messagesOf(second as Execution).find((text) => text.startsWith(`Order ${idOf('b')}`));
		expect(late).toContain(`Order ${idOf('b')}: Partial, 400 missing`);
		expect(late).toContain(`Order ${idOf('c')}: Canceled`);
		expect(late).toContain(`Order ${idOf('f')}: Completed`);
		expect(told).toMatch(/Not placed: June R-3: Quantity 20: service 1 allows 50 to 10000/);
		expect(told).toMatch(
			/Not placed: June R-4: The panel does not accept the link\. Nothing was paid\. \(Bad link\)/,
		);
		expect(told).toMatch(/LOOK IN THE PANEL: Outcome unknown: .*lost/);
		expect(told).toMatch(/Not placed: June R-6: The panel has no service 999/);
		expect(told).toMatch(/Not placed: June R-7: .*Max Charge per Order/);
		expect(told.split('\n')).toHaveLength(8);
	}, 240_000);

	it('does not place what was sent twice, and names its order', async () => {
		const before = stand.panel.orders().length;
		await submitForm(stand, recipes.place, ['1', page('form'), '1000', '']);
		const execution = last(await ended('place', 4));
		expect(stand.panel.orders()).toHaveLength(before);
		expect(messagesOf(execution)).toEqual([`Order ${idOf('form')}: Completed`]);
	});
});

describe('recipe 2: a mass order', () => {
	const LINES = [`1 | ${page('m1')} | 100`, `3 | ${page('m2')} | 200`].join('\n');

	it('sends nothing where a line is wrong, and names the line', async () => {
		const before = stand.panel.orders().length;
		await submitForm(stand, recipes.mass, [`${LINES}\n1 | ${page('m3')} | many`, 'one']);
		const execution = last(await ended('mass', 1));
		expect(stand.panel.orders()).toHaveLength(before);
		expect(messagesOf(execution).join('\n')).toMatch(
			/^Not placed: .*1 of 3 lines.*Nothing was paid\. \(line 1, 2\)\nNot placed: .*"many".* \(line 3\)$/,
		);
	});

	it('places all lines once, and tells when they are finished', async () => {
		const before = stand.panel.orders().length;
		await submitForm(stand, recipes.mass, [LINES, 'two']);
		await untilWaiting(stand, recipes.mass, 1);
		for (const name of ['m1', 'm2']) stand.panel.moveOrder(idOf(name), 'Completed');
		const execution = last(await ended('mass', 2, WAIT_MS));
		const both = ['m1', 'm2'].map((name) => `Order ${idOf(name)}: Completed`).join('\n');
		expect(messagesOf(execution)).toEqual([both]);
		await submitForm(stand, recipes.mass, [LINES, 'two']);
		expect(messagesOf(last(await ended('mass', 3)))).toEqual([both]);
		expect(stand.panel.orders()).toHaveLength(before + 2);
	}, 200_000);
});

describe('what the triggers see at their next poll', () => {
	let told: number;
	const followed = async (order: string) => {
		const executions = await executionsOf(stand, recipes.follow, told, 5000);
		return executions.flatMap((one) => messagesOf(one)).filter((text) => text.includes(`Order ${order}:`));
	};

	beforeAll(async () => {
		const { panel, api } = stand;
		told = (await api.executions(recipes.follow.id)).length;
		await submitForm(stand, recipes.place, ['3', page('moving'), '100', '']);
		await untilWaiting(stand, recipes.place, 1);
		panel.moveOrder(idOf('moving'), 'In progress');
		panel.setBalance('18.40');
		panel.changeService(FOLLOWERS.id, { rate: '1.05' });
		panel.changeService(LIKES.id, { rate: '0.252' });
		panel.addService({ name: 'YouTube Views', rate: '2' });
		panel.removeService(COMMENTS.id);
	});

	it('recipe 3 tells of the order that has moved', async () => {
		const known = told;
		await executionsOf(stand, recipes.follow, known + 1, 150_000);
		told = known + 1;
		expect((await followed(idOf('moving'))).at(-1)).toMatch(/: In progress.*moving$/);
	}, 160_000);

	it('recipe 5 warns that the balance is low', async () => {
		const [execution] = await ended('balance', 1);
		expect(messagesOf(execution as Execution)).toEqual([expect.stringContaining('is 18.4 USD, below 25')]);
	});

	it('recipe 6 lists what has changed, with the price to ask for it', async () => {
		const [execution] = await ended('prices', 1);
		expect(messagesOf(execution as Execution)).toEqual([
			[
				'3 services have changed',
				`Dearer: 0.9 → 1.05, service 1 ${FOLLOWERS.name}, to sell at 1.47`,
				`Gone: it was 8, service 2 ${COMMENTS.name}`,
				'New: 2, service 8 YouTube Views, to sell at 2.8',
			].join('\n'),
		]);
	});

	it('none repeats itself a minute later, and recipe 3 tells of the end', async () => {
		stand.panel.moveOrder(idOf('moving'), 'Completed');
		await executionsOf(stand, recipes.follow, told + 1, 150_000);
		told++;
		const texts = await followed(idOf('moving'));
		expect(texts.at(-1)).toMatch(/: Completed \(it was In progress\)/);
		expect(new Set(texts).size).toBe(texts.length);
		expect(await ended('balance', 1)).toHaveLength(1);
		expect(await ended('prices', 1)).toHaveLength(1);
	}, 160_000);
});

describe('recipe 4: refills, and recipe 10: the report', () => {
	let ids: string[];

	beforeAll(async () => {
		ids = await finishedOrders(stand);
	});

	it('asks within the days of each service, a day after the end and after the last refill', async () => {
		const execution = await stand.api.run(recipes.refill);
		expect(errorOf(execution)).toBeUndefined();
		const due = [0, 3, 5, 6, 9].map((at) => ids[at] ?? '');
		expect(
			jsonOf(execution, 'Due for a Refill')
				.map(({ order }) => order)
				.sort(),
		).toEqual([...due].sort());
		expect(
			stand.panel
				.refills()
				.map(({ order }) => order)
				.sort(),
		).toEqual([...due].sort());
		expect(messagesOf(execution)).toEqual([
			expect.stringMatching(/^The panel has taken 5 refills, of orders \d/),
		]);
		const today = (await rows()).filter(({ refilledAt }) => String(refilledAt ?? '') > ago(1));
		expect(today.map(({ order }) => order).sort()).toEqual([...due].sort());
	});

	it('asks for none again on the same day', async () => {
		const execution = await stand.api.run(recipes.refill);
		expect(errorOf(execution)).toBeUndefined();
		expect(jsonOf(execution, 'Due for a Refill')).toEqual([]);
		expect(stand.panel.refills()).toHaveLength(5);
	});

	it('recipe 10 adds up what was spent, to the last digit, and names what is unknown', async () => {
		const execution = await stand.api.run(recipes.report);
		expect(errorOf(execution)).toBeUndefined();
		const [item] = jsonOf(execution, 'Make the Page');
		// While statuses are written, an order may have its old row beside the new one
		const byOrder = new Map((await rows()).map((row) => [row.order || row.id, row]));
		const month = [...byOrder.values()].filter(({ placedAt }) => String(placedAt) > ago(30 * 24));
		const spent =
			month.reduce(
				(sum, { charge, estimate }) => sum + Math.round(Number(charge ?? estimate ?? 0) * 1e6),
				0,
			) / 1e6;
		expect(item?.message).toMatch(
			new RegExp(
				`^${month.length} orders for ${String(spent).replace('.', '\\.')}0* in 30 days; 1 unknown, 0 not`,
			),
		);
		expect(item?.html).toContain('Outcome unknown: look in the panel: 1');
		expect(item?.html).toContain('canceled and partial ones gave back 0.376');
		expect(item?.html).toMatch(/Reference.*<td>June<\/td><td>4<\/td>.*<td>July<\/td>/s);
		const [run] = execution.data.resultData.runData['Make the Page'] ?? [];
		const file = run?.data?.main?.[0]?.[0]?.binary?.report;
		expect(file).toMatchObject({ mimeType: 'text/html', fileName: 'smm-orders.html' });
	});
});
