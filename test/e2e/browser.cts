import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { SANDBOX } from '../sandbox/paths.cts';
import { Problem } from '../sandbox/problem.cts';
import { BROWSER_ID, type Session } from '../sandbox/rest.cts';

/** Where every step is pictured, in light and dark: to be looked at. Git ignores it. */
export const SHOTS = join(SANDBOX, '../shots');

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Nothing but this computer is talked to. */
const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

export async function openBrowser(): Promise<Browser> {
	const executablePath = [process.env.CHROMIUM ?? '', ...PATHS].find(
		(path) => path !== '' && existsSync(path),
	);
	if (executablePath === undefined) {
		throw new Problem(
			'No Chromium found: install the Debian package "chromium", or set CHROMIUM to the path of one.',
		);
	}
	return await chromium.launch({ executablePath, args: FLAGS });
}

/** A page that is logged in to n8n, in a profile of its own. `deviceScaleFactor`: device pixels per pixel. */
export async function openPage(browser: Browser, session: Session, deviceScaleFactor = 1): Promise<Page> {
	const viewport = { width: 1280, height: 800 };
	const context = await browser.newContext({ viewport, deviceScaleFactor, locale: 'en-US' });
	const [name = '', ...value] = session.cookie().split('=');
	await context.addCookies([{ name, value: value.join('='), url: session.url }]);
	await context.addInitScript(`localStorage.setItem('n8n-browserId', '${BROWSER_ID}')`);
	const page = await context.newPage();
	// A busy machine takes its time over several megabytes of script
	page.setDefaultTimeout(30_000);
	page.setDefaultNavigationTimeout(60_000);
	return page;
}

/** By the clipboard, as somebody who has copied it elsewhere. */
export async function paste(page: Page, where: Locator, text: string): Promise<void> {
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
	await where.click();
	await page.keyboard.press('Control+V');
}

/** Pictures the page in both themes. */
export async function shoot(page: Page, name: string): Promise<void> {
	mkdirSync(SHOTS, { recursive: true });
	for (const colorScheme of ['dark', 'light'] as const) {
		await page.emulateMedia({ colorScheme });
		await page.screenshot({ path: join(SHOTS, `${name}-${colorScheme}.png`), animations: 'disabled' });
	}
}
