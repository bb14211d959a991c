import type { Locator, Page } from 'playwright-core';

/** n8n's editor as a user goes through it. */

const id = (name: string) => `[data-test-id="${name}"]`;

/** The editor is several megabytes of script. */
const FIRST_LOAD = { timeout: 60_000 };

/** Runs the action and waits for the answer to what the editor asks of n8n meanwhile. */
async function whileAsking(page: Page, path: string, action: () => Promise<unknown>): Promise<void> {
	const answer = page.waitForResponse((response) => response.url().includes(path));
	await action();
	await answer;
}

/** The canvas and the node panel. */
function canvasOn(page: Page, url: string) {
	const at = (name: string): Locator => page.locator(id(name));
	const search = at('node-creator-search-bar');
	const found = at('node-creator-item-name');
	return {
		async newWorkflow(): Promise<void> {
			await page.goto(`${url}/workflow/new`);
			await page.getByText('Add first step').waitFor(FIRST_LOAD);
		},
		async openWorkflow(workflowId: string): Promise<void> {
			await page.goto(`${url}/workflow/${workflowId}`);
			await at('canvas-node').first().waitFor(FIRST_LOAD);
		},
		/** n8n saves by itself, at the latest when a step is run. */
		workflowId: () => new URL(page.url()).pathname.split('/')[2] ?? '',
		nodePanel: at('node-creator'),
		async openNodePanel(): Promise<void> {
			if (!(await search.isVisible())) await page.keyboard.press('n');
			await search.waitFor();
		},
		/** What the node panel finds: waits for the node to be among it. */
		async findNode(text: string, name: string | RegExp): Promise<Locator> {
			await this.openNodePanel();
			const node = found.getByText(name, { exact: true }).first();
			// What an earlier search has found is gone first
			await search.fill('qqqqqq');
			await node.waitFor({ state: 'hidden' });
			await search.fill(text);
			await node.waitFor();
			return node;
		},
		async startManually(): Promise<void> {
			// n8n calls it by its node's name or by that of its list of triggers
			await (await this.findNode('manual', /^(Trigger manually|Manual Trigger)$/)).click();
			await at('canvas-node').first().waitFor();
		},
		/** Adds a node by one of its actions; its form opens. */
		async addAction(action: string): Promise<void> {
			await at('node-creator').getByText(action, { exact: true }).click();
			await at('ndv').waitFor();
		},
		async openNode(name: string): Promise<void> {
			await page.locator(`${id('canvas-node')}[data-node-name="${name}"]`).dblclick();
			await at('ndv').waitFor();
		},
		/** What stands below a node's name. */
		subtitle: async (name: string) =>
			await page.locator(`${id('canvas-node')}[data-node-name="${name}"]`).innerText(),
	};
}

/** Resource locators of the node that is open. */
function locatorsOn(page: Page) {
	const at = (name: string): Locator => page.locator(id(name));
	const service = at('resource-locator-serviceId');
	return {
		/** Types into the service's list; resolves its lines. */
		async searchService(text: string): Promise<string[]> {
			await service.locator(id('rlc-input')).click();
			await at('rlc-item').first().waitFor();
			const box = page.locator(`input${id('rlc-search')}, ${id('rlc-search')} input`).first();
			await whileAsking(page, 'resource-locator-results', async () => await box.fill(text));
			await at('rlc-item')
				.filter({ hasText: new RegExp(text.split(' ')[0] ?? '', 'i') })
				.first()
				.waitFor();
			return await at('rlc-item').allInnerTexts();
		},
		async pickService(text: string): Promise<void> {
			const line = at('rlc-item').filter({ hasText: text }).first();
			await whileAsking(page, 'resource-mapper-fields', async () => await line.click());
			await at('mapping-fields-container').waitFor();
		},
		chosenService: async () => await service.locator(id('rlc-input')).inputValue(),
	};
}

/** The form of the node that is open. */
function formOn(page: Page) {
	const at = (name: string): Locator => page.locator(id(name));
	const options = page.getByRole('option').filter({ visible: true });
	return {
		...locatorsOn(page),
		form: at('node-parameters'),
		output: at('output-panel'),
		close: async () => await at('ndv-close-button').click(),

		field: (parameter: string) =>
			at(`parameter-input-${parameter}`).locator('input:enabled, textarea:enabled').first(),
		async openOptions(parameter: string): Promise<string[]> {
			await at(`parameter-input-${parameter}`).locator('input').first().click();
			await options.first().waitFor();
			return (await options.allInnerTexts()).map((text) => text.trim().replace(/\s*\n\s*/g, ': '));
		},
		async choose(parameter: string, option: string): Promise<void> {
			await this.openOptions(parameter);
			await options.getByText(option, { exact: true }).first().click();
			await options.first().waitFor({ state: 'hidden' });
		},
		/** Adds one of a collection's fields. */
		async addOption(label: string, option: string): Promise<void> {
			await page
				.getByPlaceholder(label)
				.or(at('node-parameters').getByText(label, { exact: true }))
				.filter({ visible: true })
				.first()
				.click();
			const entry = options.or(page.getByRole('menuitem')).filter({ hasText: option, visible: true });
			await entry.first().click();
		},
		async chooseMapping(mode: string): Promise<void> {
			await at('mapping-mode-select').locator('input').first().click();
			await options.getByText(mode).first().click();
		},

		/** What stands above the parameters; above those of the order form with this container. */
		async labels(container = 'node-parameters'): Promise<string[]> {
			const texts = await at(container).locator('label .n8n-text').filter({ visible: true }).allInnerTexts();
			return texts.map((text) => text.replace('*', '').trim()).filter(Boolean);
		},
		/** Labels of which n8n does not show the end. */
		cutLabels: async () =>
			await at('node-parameters')
				.locator('label .n8n-text')
				.evaluateAll((all) =>
					all.filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent),
				),

		async execute(): Promise<void> {
			await at('node-execute-button').first().click();
		},
	};
}

/** The dialog of a credential. */
function credentialOn(page: Page) {
	const at = (name: string): Locator => page.locator(id(name));
	const dialog = at('editCredential-modal');
	return {
		dialog,
		async create(): Promise<void> {
			const select = at('node-credentials-select');
			// Where there is no credential yet, n8n shows this button
			const connect = page.getByRole('button', { name: 'Connect to SMM Panel' });
			await select.or(connect).first().click();
			const another = at('node-credentials-select-item-new').filter({ visible: true }).first();
			await dialog.or(another).first().waitFor();
			if (!(await dialog.isVisible())) await another.click();
			await dialog.waitFor();
		},
		async fill(values: Record<string, string>): Promise<void> {
			for (const [name, value] of Object.entries(values)) {
				await dialog.locator(`${id(`parameter-input-${name}`)} input`).fill(value);
			}
		},
		save: async () =>
			await whileAsking(
				page,
				'/rest/credentials/test',
				async () => await at('credential-save-button').click(),
			),
		chosen: at('node-credentials-select').locator('input'),
	};
}

export const editorOn = (page: Page, url: string) => ({
	page,
	...canvasOn(page, url),
	...formOn(page),
	credential: credentialOn(page),
});

export type Editor = ReturnType<typeof editorOn>;
