/** Counts what a user does: a click, a field filled, a key, a drag. */
import type { Locator, Page } from 'playwright-core';

export interface Counted {
	/** What was done, in its order. */
	done: string[];
	click(what: string, where: Locator): Promise<void>;
	doubleClick(what: string, where: Locator): Promise<void>;
	fill(what: string, where: Locator, text: string): Promise<void>;
	press(key: string): Promise<void>;
	/** Of one thing to another, with the mouse. */
	drag(what: string, from: Locator, to: Locator): Promise<void>;
}

export function counted(page: Page): Counted {
	const done: string[] = [];
	return {
		done,
		async click(what, where) {
			await where.click();
			done.push(`click ${what}`);
		},
		async doubleClick(what, where) {
			await where.dblclick();
			done.push(`double-click ${what}`);
		},
		async fill(what, where, text) {
			await where.fill(text);
			done.push(`fill ${what}`);
		},
		async press(key) {
			await page.keyboard.press(key);
			done.push(`press ${key}`);
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
	};
}
