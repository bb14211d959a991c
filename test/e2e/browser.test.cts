import { paste } from './browser.cts';
import { ROUNDS, walkRound } from './loopRounds.cts';
import { idOfType } from './shop.cts';
import { story, withEditor } from './withEditor.cts';

/** A user's first order, in the editor: each step as it is seen. The steps build on each other. */

const there = withEditor('order');
const step = story(there);
let workflowId = '';

step('the node panel finds the node by "followers" and by "smm"', async () => {
	const { editor, shot } = there;
	await editor.newWorkflow();
	await editor.startManually();
	await editor.findNode('smm', 'SMM Panel');
	await shot('01-find-smm');
	const node = await editor.findNode('followers', 'SMM Panel');
	expect(await editor.nodePanel.innerText()).toContain('Place and follow orders at an SMM panel');
	await shot('02-find-followers');
	await node.click();
});

step('its actions say what they do', async () => {
	const { editor, shot } = there;
	await editor.nodePanel.getByText('Place order').waitFor();
	const text = await editor.nodePanel.innerText();
	const actions = [
		'Get balance',
		'Cancel orders',
		'Get order status',
		'Quote order',
		'Request refill',
		'Get many services',
	];
	for (const action of actions) expect(text).toContain(action);
	await shot('03-actions');
	await editor.addAction('Place order');
});

step(
	"a key that the panel refuses is refused in the panel's own words, and the right one is taken",
	async () => {
		const { editor, stand, shot } = there;
		const { credential } = editor;
		await credential.create();
		await shot('04-credential');
		await credential.fill({ apiUrl: stand.panel.url, apiKey: 'not-the-key' });
		await credential.save();
		await credential.dialog.getByText('More details').click();
		await credential.dialog.getByText('Invalid API key').waitFor();
		expect(await credential.dialog.innerText()).toMatch(/Invalid API key.*credential/s);
		await shot('05-credential-refused');
		await credential.fill({ apiKey: stand.panel.key });
		await credential.save();
		await credential.dialog.waitFor({ state: 'hidden' });
		expect(await credential.chosen.inputValue()).toBe('SMM Panel account');
	},
);

step('the service list is searched by words, and shows ID, price, name and limits', async () => {
	const { editor, shot } = there;
	const lines = await editor.searchService('instagram followers');
	expect(lines.slice(0, 3)).toEqual([
		'1525 · 0.35 USD/1K · Instagram Followers | Economy | No Refill · 50–100K',
		'1523 · 0.9 USD/1K · Instagram Followers | Real Profiles | Refill 30 Days · 50–10K',
		'1524 · 1.45 USD/1K · Instagram Followers | Türkiye | 5K a Day · 50–50K',
	]);
	expect(lines[3]).toMatch(/^1526 · 3\.25 USD\/1K · Instagram Followers \| Premium .* · 100–1M$/);
	await shot('06-services');
	await editor.pickService('1523');
	expect(await editor.chosenService()).toBe(lines[1]);
});

step("shows the service's fields with its limits, and fills them", async () => {
	const { editor, shot } = there;
	await editor.form.getByText('Quantity (50–10000)').waitFor();
	expect(await editor.labels('mapping-fields-container')).toEqual([
		'Order fields',
		'Link',
		'Quantity (50–10000)',
	]);
	await shot('07-fields');
	await editor.field('link').fill('https://www.instagram.com/your_account');
	await editor.field('quantity').fill('1000');
	await shot('08-filled');
});

step('runs, and shows the order', async () => {
	const { editor, stand, shot } = there;
	await editor.execute();
	await editor.output.getByText('https://www.instagram.com/your_account').first().waitFor();
	const [order] = stand.panel.orders();
	expect(order).toMatchObject({ units: 1000, fields: { link: 'https://www.instagram.com/your_account' } });
	const seen = await editor.output.innerText();
	for (const text of ['order', 'service', 'charge', String(order?.id), '1523', '0.9'])
		expect(seen).toContain(text);
	await shot('09-placed');
	workflowId = editor.workflowId();
});

step('shows the service by its name when the workflow is opened again', async () => {
	const { editor, shot } = there;
	await editor.openWorkflow(workflowId);
	await shot('10-canvas');
	expect(await editor.subtitle('Place order')).toContain('Place order');
	await editor.openNode('Place order');
	expect(await editor.chosenService()).toMatch(/^1523 · 0\.9 USD\/1K · Instagram Followers/);
	expect(await editor.field('link').inputValue()).toBe('https://www.instagram.com/your_account');
});

step('a quantity below the minimum is refused before it is sent, with the range', async () => {
	const { editor, stand, shot } = there;
	const before = stand.panel.orders().length;
	await editor.field('quantity').fill('3');
	await editor.execute();
	await editor.output
		.getByText(/allows 50 to 10000/)
		.first()
		.waitFor();
	expect(stand.panel.orders()).toHaveLength(before);
	await shot('11-error');
});

step("the panel's own refusal is shown in its words", async () => {
	const { editor, stand, shot } = there;
	stand.panel.inject({ kind: 'error', action: 'add', text: 'Not enough funds on balance' });
	await editor.field('quantity').fill('1000');
	await editor.execute();
	await editor.output
		.getByText(/Not enough funds on balance/)
		.first()
		.waitFor();
	await shot('12-refused');
	stand.panel.clearFaults();
});

step('a service with comments says above the button what it does, and where comments go', async () => {
	const { editor, stand, shot } = there;
	await editor.searchService('Instagram Comments');
	await editor.pickService(idOfType('Custom Comments'));
	await editor.form.getByText('places these orders and pays for them').waitFor();
	await editor.form.getByText('Comments (2–5000 Lines): required in Lists').waitFor();
	expect(await editor.cutLabels()).toEqual([]);
	await editor.field('link').fill('https://www.instagram.com/p/abc');
	const before = stand.panel.orders().length;
	await editor.execute();
	await editor.output
		.getByText(/Comments .* is missing.*'Lists'/)
		.first()
		.waitFor();
	expect(stand.panel.orders()).toHaveLength(before);
	await shot('13-no-comments');
});

step('comments are pasted there, lines and all', async () => {
	const { editor, page, stand, shot } = there;
	const comments = 'What a view!\nWhere is this?\nLovely 😍';
	await editor.addOption('Add list', 'Comments');
	await paste(page, editor.field('comments'), comments);
	await shot('14-comments');
	await editor.execute();
	await editor.output.getByText('https://www.instagram.com/p/abc').first().waitFor();
	expect(stand.panel.orders().at(-1)).toMatchObject({ units: 3, fields: { comments } });
});

// All ten, to the message at the end: test/long/browserLoop
for (const at of [1, 9])
	step(`place, wait, message by mouse: ${ROUNDS[at]?.[0]}`, async () => void (await walkRound(there, at)));
