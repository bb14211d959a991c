import { until } from '../sandbox/until.cts';
import { FOLLOWERS } from '../e2e/shop.cts';
import { userOn, type User } from '../e2e/userPaths.cts';
import { withEditor, type EditorFixture } from '../e2e/withEditor.cts';

export const SERVICE = String(FOLLOWERS.id);
export const LINK = 'https://www.instagram.com/your_account';
export const PLACE = 'Place order';

export interface CountsFixture {
	there: EditorFixture;
	/** Before an empty canvas, with nothing counted yet. */
	begin(): Promise<User>;
	/** The newest order's ID, once there are so many more than before the way began. */
	placed(count: number): Promise<string>;
}

/** An n8n whose editor is used step by step, each counted: a click, a field filled, a drag. */
export function withCounts(): CountsFixture {
	const there = withEditor('counts');
	let before = 0;
	return {
		there,
		async begin() {
			await there.anew();
			await there.editor.newWorkflow();
			before = there.stand.panel.orders().length;
			return userOn(there.page);
		},
		async placed(count) {
			const { panel } = there.stand;
			await until(() => panel.orders().length >= before + count, `${count} orders`).catch(async (error) => {
				await there.shot('failed');
				throw error;
			});
			expect(panel.orders()).toHaveLength(before + count);
			return panel.orders().at(-1)?.id ?? '';
		},
	};
}

/** Prints the way; a longer one than `most` is a failure. */
export function expectAtMost(most: number, name: string, { done }: User): void {
	const steps = done.map((step, at) => `  ${String(at + 1).padStart(2)} ${step}\n`).join('');
	process.stdout.write(`${name}: ${done.length} interactions\n${steps}`);
	expect(done.length).toBeLessThanOrEqual(most);
}
