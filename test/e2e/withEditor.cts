import type { Browser, Page } from 'playwright-core';
import { openBrowser, openPage, shoot } from './browser.cts';
import { editorOn, type Editor } from './editor.cts';
import { SHOP } from './shop.cts';
import { withN8n, type N8nFixture } from './n8nFixture.cts';

export interface EditorFixture {
	stand: N8nFixture;
	editor: Editor;
	page: Page;
	/** Pictures what is seen now, in both themes, into .sandbox/shots. */
	shot(name: string): Promise<void>;
	/** A login of its own: what was typed so far is gone. */
	anew(): Promise<void>;
}

/** A real n8n with its editor in a browser; the panel has the services of `shop.cts`. */
export function withEditor(prefix: string): EditorFixture {
	const stand = withN8n({ panel: { balance: '250' } });
	const open = {} as EditorFixture;
	let browser: Browser | undefined;
	beforeAll(async () => {
		stand.panel.setCatalogue(SHOP);
		browser = await openBrowser();
		const anew = async () => {
			await open.page?.context().close();
			const page = await openPage(browser as Browser, stand.api.session);
			Object.assign(open, { page, editor: editorOn(page, stand.n8n.url) });
		};
		const shot = async (name: string) => await shoot(open.page, `${prefix}-${name}`);
		Object.assign(open, { stand, anew, shot });
		await anew();
	}, 60_000);
	afterAll(async () => await browser?.close());
	return open;
}

/** Tests of which each goes on where the one before has ended: after a failure, which is pictured, no other is tried. */
export function story(there: EditorFixture) {
	let failed = '';
	return (name: string, act: () => Promise<void>): void =>
		it(name, async () => {
			if (failed !== '') throw new Error(`Not tried: an earlier step failed ("${failed}").`);
			try {
				await act();
			} catch (error) {
				failed = name;
				await there.shot('failed');
				throw error;
			}
		});
}
