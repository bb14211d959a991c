import type { Locator, Page } from 'playwright-core';
import { counted, type Counted } from './counted.cts';

/** The ways of a user through n8n's editor, step by step and counted. Nothing but waiting is done without the user. */

const id = (name: string) => `[data-test-id="${name}"]`;

async function findNode(page: Page, user: Counted, search: string, name: string): Promise<void> {
	await page.locator(id('node-creator-search-bar')).waitFor();
	await user.type('the search', search);
	// What the panel shows before it has searched is another entry
	await page.waitForTimeout(700);
	await user.click(name, page.locator(id('node-creator-item-name')).getByText(name, { exact: true }).first());
}

/** The node panel, from an empty canvas and from a node's output. */
function addingOn(page: Page, user: Counted) {
	const at = (name: string): Locator => page.locator(id(name));
	const find = async (search: string, name: string) => await findNode(page, user, search, name);

	async function choose(action: string): Promise<void> {
		await user.click(`the action "${action}"`, at('node-creator').getByText(action, { exact: true }));
		await at('ndv').waitFor();
	}
	const section = (name: string) => at('node-creator').getByText(new RegExp(`^${name} \\(\\d+\\)$`));
	const handle = (node: string, way: 'inputs' | 'outputs', index: number) =>
		page.locator(`.vue-flow__handle[data-node-name="${node}"][data-handleid="${way}/main/${index}"]`);
	const openBehind = async (node: string, output: number): Promise<void> =>
		await user.click(`+ behind "${node}"`, handle(node, 'outputs', output).locator(id('canvas-handle-plus')));
	return {
		/** On an empty canvas, where n8n puts the manual trigger before it. */
		async addFirst(search: string, action: string): Promise<void> {
			await user.click('+ on the empty canvas', at('canvas-plus-button'));
			await find(search, 'SMM Panel');
			await user.click('Actions, which n8n keeps closed here', section('Actions'));
			await choose(action);
		},
		/** A schedule, which begins every five minutes. */
		async addSchedule(): Promise<void> {
			await user.click('+ on the empty canvas', at('canvas-plus-button'));
			await user.click('On a schedule', at('node-creator').getByText('On a schedule', { exact: true }));
			await at('ndv').waitFor();
			const option = page.getByRole('option').filter({ visible: true });
			await user.click('Trigger Interval', at('parameter-input-field').locator('input').first());
			await user.click('Minutes', option.getByText('Minutes', { exact: true }));
		},
		async addAction(behind: string, search: string, action: string): Promise<void> {
			await openBehind(behind, 0);
			await find(search, 'SMM Panel');
			await choose(action);
		},
		/** A node without actions. */
		async addNode(behind: string, search: string, name: string, output = 0): Promise<void> {
			await openBehind(behind, output);
			await find(search, name);
			await at('ndv').waitFor();
		},
		async addTrigger(search: string, event: string): Promise<void> {
			await user.click('+ at the right', at('node-creator-plus-button'));
			await find(search, 'SMM Panel');
			await user.click('Triggers, which n8n keeps closed here', section('Triggers'));
			await choose(event);
		},
		/** From an output to an input. */
		drawLine: async (from: string, output: number, to: string): Promise<void> =>
			await user.drag(
				`from output ${output} of "${from}" to the input of "${to}"`,
				handle(from, 'outputs', output),
				handle(to, 'inputs', 0),
			),
		...linesOn(page, user, find, choose),
	};
}

/** Of a browser's SVG path. */
interface Drawn {
	getTotalLength(): number;
	getPointAtLength(at: number): { matrixTransform(matrix: unknown): { x: number; y: number } };
	getScreenCTM(): unknown;
}

type Finding = (search: string, name: string) => Promise<void>;

/** Lines that are there, and nodes without any. */
function linesOn(page: Page, user: Counted, find: Finding, choose: (action: string) => Promise<void>) {
	const at = (name: string): Locator => page.locator(id(name));
	/** What n8n shows on a line once the pointer is where no other line is. */
	async function pointAt(from: string, output: number, to: string): Promise<Locator> {
		const ends = `[data-source-node-name="${from}"][data-target-node-name="${to}"]`;
		const shown = page.locator(`${id('edge-label')}${ends}`).locator(id('canvas-edge-toolbar'));
		const line = page.locator(`.vue-flow__edge[data-id*="/outputs/main/${output}]"]`).locator(`${ends} path`);
		for (const share of [0.5, 1, 0.3, 0.7]) {
			// n8n glides to where a new node is seen, and lets go of a line a moment after the pointer
			await page.waitForTimeout(800);
			const { x, y } = await line.first().evaluate((path: Drawn, part) => {
				const point = path.getPointAtLength(path.getTotalLength() * part);
				const { x, y } = point.matrixTransform(path.getScreenCTM());
				return { x, y };
			}, share);
			await page.mouse.move(x, y, { steps: 5 });
			await page.waitForTimeout(900);
			if ((await at('canvas-edge-toolbar').count()) === 1 && (await shown.isVisible())) return shown;
		}
		throw new Error(`The line from "${from}" to "${to}" lies nowhere alone`);
	}
	return {
		async removeLine(from: string, output: number, to: string): Promise<void> {
			const shown = await pointAt(from, output, to);
			const bin = shown.locator(id('delete-connection-button'));
			await user.click(`the bin on the line from "${from}" to "${to}"`, bin);
		},
		async addOnLine(from: string, to: string, search: string, action: string): Promise<void> {
			const shown = await pointAt(from, 0, to);
			await user.click(`+ on the line from "${from}" to "${to}"`, shown.locator(id('add-connection-button')));
			await find(search, 'SMM Panel');
			await choose(action);
		},
		tidyUp: async (): Promise<void> => await user.click('Tidy up, at the lower left', at('tidy-up-button')),
		/** Where n8n puts it, and with the line that n8n draws by itself. */
		async addAnywhere(search: string, name: string, action?: string): Promise<void> {
			await user.click('+ at the right', at('node-creator-plus-button'));
			await find(search, name);
			if (action !== undefined) await choose(action);
			await at('ndv').waitFor();
		},
	};
}

/** The forms. */
function fillingOn(page: Page, user: Counted) {
	const at = (name: string): Locator => page.locator(id(name));
	const field = (parameter: string) =>
		at(`parameter-input-${parameter}`).locator('input:enabled, textarea:enabled').first();
	return {
		/** `preset`: what the form of the default panel holds by itself, and which is not counted. */
		async connect(
			to: string,
			values: Record<string, string>,
			preset: Record<string, string> = {},
		): Promise<void> {
			await user.click(
				`Connect to ${to}`,
				page.getByRole('button', { name: `Connect to ${to}`, exact: true }),
			);
			const dialog = at('editCredential-modal');
			const entry = (name: string) => dialog.locator(`${id(`parameter-input-${name}`)} input`);
			for (const [name, value] of Object.entries(preset)) await entry(name).fill(value);
			for (const [name, value] of Object.entries(values)) await user.fill(name, entry(name), value);
			await user.click('Save', at('credential-save-button'));
			await dialog.waitFor({ state: 'hidden' });
		},
		/** Without a search: from those that the list begins with. */
		async pickService(service: string, search?: string): Promise<void> {
			await user.click('Service', at('resource-locator-serviceId').locator(id('rlc-input')));
			await at('rlc-item').first().waitFor();
			if (search !== undefined) await user.type("the list's search", search);
			await user.click(`service ${service}`, at('rlc-item').filter({ hasText: service }).first());
			await at('mapping-fields-container').waitFor();
		},
		async choose(parameter: string, entry: string): Promise<void> {
			await user.click(parameter, field(parameter));
			const option = page.getByRole('option').filter({ visible: true });
			await user.click(entry, option.getByText(entry, { exact: true }).first());
		},
		enter: async (parameter: string, text: string): Promise<void> =>
			await user.fill(parameter, field(parameter), text),
		async pasteList(name: string, label: string, text: string): Promise<void> {
			const add = page.getByPlaceholder('Add list').or(page.getByText('Add list', { exact: true }));
			await user.click('Add list', add.filter({ visible: true }).first());
			const entry = page.getByRole('option').or(page.getByRole('menuitem'));
			await user.click(label, entry.filter({ hasText: label, visible: true }).first());
			await user.paste(name, field(name), text);
		},
		/** From the input panel. */
		async dragField(name: string, what: string, onto: Locator): Promise<void> {
			const column = at('ndv-input-panel').getByText(name, { exact: true }).first();
			await user.drag(`${name} to ${what}`, column, onto);
			await onto.getByText(`$json.${name}`).waitFor();
			// n8n keeps a condition a second after it was changed: closed before, the form forgets it
			await page.waitForTimeout(2000);
		},
	};
}

/** Rows, from where they stand to the columns of the form. */
function mappingOn(page: Page, user: Counted) {
	const at = (name: string): Locator => page.locator(id(name));
	const option = page.getByRole('option').filter({ visible: true });
	return {
		async mapAutomatically(): Promise<void> {
			await user.click('Mapping Column Mode', at('mapping-mode-select').locator('input').first());
			await user.click('Map Automatically', option.getByText('Map Automatically').first());
			await page.getByText('Map Automatically takes columns').waitFor();
		},
		/** Pastes rows as the output of the trigger before the node that is open. */
		async pasteRows(rows: unknown[]): Promise<void> {
			await user.click('the trigger beside the form', at('floating-node').first());
			await user.click('Edit Output', at('ndv-edit-pinned-data'));
			await user.fill('Edit Output', at('output-panel').locator('.cm-content'), JSON.stringify(rows));
			await user.click('Save', page.getByRole('button', { name: 'Save', exact: true }));
			await page.getByText(`${rows.length} items`).first().waitFor();
		},
	};
}

/** What begins a run, and the workflow's own life. */
function runningOn(page: Page, user: Counted) {
	const at = (name: string): Locator => page.locator(id(name));
	return {
		close: async (): Promise<void> => {
			await user.click('Close', at('ndv-close-button'));
			await at('ndv').waitFor({ state: 'hidden' });
		},
		executeStep: async (): Promise<void> =>
			await user.click('Execute step', at('node-execute-button').first()),
		executeWorkflow: async (): Promise<void> =>
			await user.click('Execute workflow', at('execute-workflow-button').first()),
		async publish(): Promise<void> {
			await user.click('Publish', at('workflow-open-publish-modal-button'));
			await user.click('Publish in its dialog', at('workflow-publish-button'));
			await at('workflow-publish-button').waitFor({ state: 'hidden' });
		},
	};
}

export function userOn(page: Page) {
	const user = counted(page);
	return {
		...user,
		...addingOn(page, user),
		...fillingOn(page, user),
		...mappingOn(page, user),
		...runningOn(page, user),
	};
}

export type User = ReturnType<typeof userOn>;
