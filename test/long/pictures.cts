import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { basename, join, relative } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { startPanel } from '../panel/server.cts';
import type { SavedCredential, WorkflowJson } from '../sandbox/api.cts';
import { startN8n } from '../sandbox/n8n.cts';
import { installInto, packPackage } from '../sandbox/pack.cts';
import { ROOT, SANDBOX } from '../sandbox/paths.cts';
import { Problem, runMain } from '../sandbox/problem.cts';
import { openBrowser, openPage } from '../e2e/browser.cts';
import { editorOn } from '../e2e/editor.cts';
import { bookedOrders, loopOf, statusesOf, triggerOn } from './pictured.cts';
import { FOLLOWERS, SHOP } from '../e2e/shop.cts';

/** `npm run pictures`: the README's pictures, from a real n8n with the packed package. */

const FOLDER = join(ROOT, 'docs/pictures');
const EXAMPLES = join(ROOT, 'examples');
const MOST = 150 * 1024;

interface Clip {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** Twice as fine as the page where that stays small enough. */
async function picture(page: Page, name: string, clip: Clip): Promise<void> {
	const path = join(FOLDER, `${name}.png`);
	await page.mouse.move(0, 0);
	// Of an error, n8n leaves the note where it is; it may come a moment after the output
	await page.waitForTimeout(700);
	const note = page.locator('.el-notification');
	const problem = note.filter({ hasText: 'Problem in node' }).first().locator('.el-notification__closeBtn');
	for (; await note.first().isVisible(); await page.waitForTimeout(300))
		if (await problem.isVisible())
			await problem.click({ timeout: 3_000, force: true }).catch(() => undefined);
	for (const scale of ['device', 'css'] as const) {
		await page.screenshot({ path, clip, scale, animations: 'disabled', caret: 'hide' });
		shrink(path);
		if (statSync(path).size < MOST) break;
	}
	const { size } = statSync(path);
	if (size >= MOST) throw new Problem(`${relative(ROOT, path)} has ${size} bytes, more than ${MOST}.`);
	console.log(`${relative(ROOT, path)}  ${Math.round(size / 1024)} KB`);
}

/** With Debian's pngquant where it is installed. */
function shrink(path: string): void {
	try {
		execFileSync('pngquant', ['--force', '--ext', '.png', '--skip-if-larger', '--quality', '80-98', path], {
			stdio: 'ignore',
		});
	} catch {
		// Not installed, or not smaller
	}
}

/** What is around the element, with a margin, but not beyond the page. */
async function around(page: Page, element: Locator, margin: number): Promise<Clip> {
	const box = await element.boundingBox();
	const size = page.viewportSize();
	if (!box || !size) throw new Error('Nothing to picture.');
	const x = Math.max(0, box.x - margin);
	const y = Math.max(0, box.y - margin);
	return {
		x,
		y,
		width: Math.min(size.width, box.x + box.width + margin) - x,
		height: Math.min(size.height, box.y + box.height + margin) - y,
	};
}

async function prepare() {
	const userFolder = join(SANDBOX, 'pictures');
	rmSync(userFolder, { recursive: true, force: true });
	mkdirSync(FOLDER, { recursive: true });
	await installInto(userFolder, await packPackage());
	const panel = await startPanel({ balance: '250', speed: 0 });
	panel.setCatalogue(SHOP);
	const n8n = await startN8n({ userFolder });
	await n8n.api.login();
	const browser = await openBrowser();
	const page = await openPage(browser, n8n.api.session, 2);
	const stop = async () => {
		await browser.close();
		await n8n.stop();
		await panel.stop();
	};
	return { panel, n8n, page, editor: editorOn(page, n8n.url), stop };
}

type Stage = Awaited<ReturnType<typeof prepare>>;

async function pictureFirstOrder({ editor, page, panel }: Stage): Promise<void> {
	await editor.newWorkflow();
	await editor.startManually();
	await (await editor.findNode('followers', 'SMM Panel')).click();
	await editor.addAction('Place order');
	const dialog = page.locator('[data-test-id="ndv"]');
	await editor.credential.create();
	await editor.credential.fill({ apiUrl: panel.url, apiKey: 'an-old-key' });
	await editor.credential.save();
	await editor.credential.dialog.getByText('More details').click();
	await editor.credential.dialog.getByText('Invalid API key').waitFor();
	const refused = await around(page, editor.credential.dialog, 0);
	await picture(page, 'credential-refused', { ...refused, height: Math.min(refused.height, 480) });
	await editor.credential.fill({ apiKey: panel.key });
	await editor.credential.save();
	await editor.credential.dialog.waitFor({ state: 'hidden' });

	const form = await around(page, editor.form, 0);
	await editor.searchService('instagram followers');
	await picture(page, 'choose-service', form);
	await editor.pickService(String(FOLLOWERS.id));
	await editor.field('link').fill('https://www.instagram.com/your_account');
	await editor.field('quantity').fill('1000');
	await page.keyboard.press('Tab');
	await picture(page, 'place-order', form);
	await editor.execute();
	await editor.output.getByText('your_account').first().waitFor();
	await editor.field('quantity').fill('20');
	await editor.execute();
	await editor.output
		.getByText(/allows 50 to/)
		.first()
		.waitFor();
	await picture(page, 'error', await around(page, dialog, 0));
	await editor.close();
}

async function pictureWorkflow(
	{ editor, page, n8n }: Stage,
	name: string,
	json: WorkflowJson,
): Promise<void> {
	const saved = await n8n.api.createWorkflow({ ...json, active: false });
	await editor.openWorkflow(saved.id);
	await page.locator('[data-test-id="zoom-to-fit"]').click();
	// The view glides to its place
	await page.waitForTimeout(1_000);
	const { x, y, width, height } = await around(page, page.locator('[data-test-id="canvas"]').first(), 0);
	const nodes = await page.locator('.vue-flow__node').all();
	const boxes = (await Promise.all(nodes.map(async (node) => await node.boundingBox()))).flatMap(
		(box) => box ?? [],
	);
	const left = Math.max(x, Math.min(...boxes.map((box) => box.x)) - 60);
	const right = Math.min(x + width - 70, Math.max(...boxes.map((box) => box.x + box.width)) + 90);
	const top = Math.max(y + 30, Math.min(...boxes.map((box) => box.y)) - 40);
	const bottom = Math.min(y + height, Math.max(...boxes.map((box) => box.y + box.height)) + 80);
	await picture(page, name, { x: left, y: top, width: right - left, height: bottom - top });
}

async function pictureTrigger(stage: Stage, credentialId: string): Promise<void> {
	const { editor, page, n8n } = stage;
	const saved = await n8n.api.createWorkflow(await triggerOn(n8n, credentialId));
	await editor.openWorkflow(saved.id);
	await editor.openNode('When an order changes');
	await editor.form.getByText('From Statuses').waitFor();
	await page.waitForFunction(
		`document.querySelector('[data-test-id="parameter-input-idColumn"] input')?.value === 'order'`,
	);
	await picture(page, 'trigger', await around(page, page.locator('[data-test-id="ndv"]'), 0));
	await editor.close();
}

/** In pixels: n8n makes each column 250 wide. */
const BOOK_COLUMNS = {
	...{ order: 80, state: 80, status: 110, finished: 95, reference: 130, service: 88, serviceName: 170 },
	...{ link: 130, quantity: 98, charge: 90, estimate: 100 },
};

/** The order book in n8n's own view of it, its columns drawn as narrow as a bookkeeper would. */
async function pictureBook({ page, n8n, panel }: Stage, credential: SavedCredential): Promise<void> {
	for (const step of bookedOrders(credential)) await n8n.api.run(await n8n.api.createWorkflow(step));
	const [first, second, third] = panel.orders();
	panel.moveOrder(String(first?.id), 'Completed');
	panel.moveOrder(String(second?.id), 'Partial', { remains: 400 });
	panel.moveOrder(String(third?.id), 'In progress');
	await n8n.api.run(await n8n.api.createWorkflow(statusesOf(credential)));
	const table = await n8n.api.dataTable('SMM Panel Orders');
	// A border that is out of sight cannot be drawn
	await page.setViewportSize({ width: 1800, height: 800 });
	await page.goto(`${n8n.url}/projects/${table?.projectId}/datatables/${table?.id}`);
	for (const [name, width] of Object.entries(BOOK_COLUMNS)) {
		const head = page.locator('.ag-header-cell').filter({ has: page.getByText(name, { exact: true }) });
		const box = await around(page, head.first(), 0);
		await page.mouse.move(box.x + box.width - 2, box.y + 15);
		await page.mouse.down();
		await page.mouse.move(box.x + width, box.y + 15, { steps: 4 });
		await page.mouse.up();
	}
	await page.setViewportSize({ width: 1440, height: 800 });
	await page.waitForTimeout(1_000);
	const grid = await around(page, page.locator('.ag-header').first(), 0);
	await picture(page, 'order-book', { ...grid, height: 210 });
	await page.setViewportSize({ width: 1280, height: 800 });
}

async function main(): Promise<void> {
	const stage = await prepare();
	try {
		await pictureFirstOrder(stage);
		const credential = (await stage.n8n.api.credentials()).find(({ type }) => type === 'smmPanelApi');
		if (!credential) throw new Error('The credential was not saved.');
		await pictureBook(stage, credential);
		await pictureWorkflow(stage, 'loop', loopOf(credential));
		await pictureTrigger(stage, credential.id);
		const examples = existsSync(EXAMPLES)
			? readdirSync(EXAMPLES)
					.filter((file) => file.endsWith('.json'))
					.sort()
			: [];
		for (const file of examples) {
			const json = JSON.parse(readFileSync(join(EXAMPLES, file), 'utf8')) as WorkflowJson;
			await pictureWorkflow(stage, `example-${basename(file).split('-')[0]}`, json);
		}
	} catch (error) {
		await stage.page.screenshot({ path: join(SANDBOX, 'pictures-failed.png') });
		throw error;
	} finally {
		await stage.stop();
	}
}

runMain(main);
