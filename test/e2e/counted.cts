/** Counts what a user does: a click, a field filled, a key, a drag. */
import type { Locator, Page } from 'playwright-core';
import { paste } from '../e2e/browser.cts';

export interface Counted {
	/** What was done, in its order. */
	done: string[];
	click(what: string, where: Locator): Promise<void>;
	fill(what: string, where: Locator, text: string): Promise<void>;
	/** What was copied elsewhere. */
	paste(what: string, where: Locator, text: string): Promise<void>;
	/** Into the field that has the focus already. */
	type(what: string, text: string): Promise<void>;
	/** Of one thing to another, with the mouse. */
	drag(what: string, from: Locator, to: Locator): Promise<void>;
	/** Counted as the address that is typed; what is done there is counted here. */
	openTab(url: string): Promise<{ tab: Page; user: Counted }>;
}

export function counted(page: Page, done: string[] = []): Counted {
	return {
		done,
		async click(what, where) {
			await where.click();
			done.push(`click ${what}`);
		},
		async fill(what, where, text) {
			await where.fill(text);
			done.push(`fill ${what}`);
		},
		async paste(what, where, text) {
			await paste(page, where, text);
			done.push(`paste ${what}`);
		},
		async type(what, text) {
			await page.keyboard.type(text);
			done.push(`type "${text}" into ${what}`);
		},
		async drag(what, from, to) {
			await from.hover();
			await page.mouse.down();
			const box = await to.boundingBox();
			if (box === null) throw new Error(`${what}: nowhere to drop`);
			const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
			await page.mouse.move(x - 20, y - 5, { steps: 5 });
			await page.mouse.move(x, y, { steps: 5 });
			await page.mouse.up();
			done.push(`drag ${what}`);
		},
		async openTab(url) {
			const tab = await page.context().newPage();
			await tab.goto(url);
			done.push('type the address of another tab');
			return { tab, user: counted(tab, done) };
		},
	};
}
