import { manualTrigger, node, panelNode, placing, workflow } from '../sandbox/workflow.cts';
import { expectAtMost, LINK, PLACE, SERVICE, withCounts } from './countsFixture.cts';
import { idOfType } from '../e2e/shop.cts';

/** How many interactions a first order and a sheet of orders take, from an empty canvas to the orders at the panel. */

const { there, begin, placed } = withCounts();

test('a first order, its credential being there: at most 11', async () => {
	const user = await begin();
	const { stand, editor, shot } = there;
	await user.addFirst('followers', PLACE);
	await user.pickService(SERVICE, 'instagram followers');
	await user.enter('link', LINK);
	await user.enter('quantity', '1000');
	await user.executeStep();
	const order = await placed(1);
	await editor.output.getByText(order).first().waitFor();
	expectAtMost(11, 'First order', user);
	expect(stand.panel.order(order)).toMatchObject({ units: 1000, fields: { link: LINK } });
	await shot('first-order');
});

test('three comments pasted and ordered: at most 14', async () => {
	const user = await begin();
	await user.addFirst('comments', PLACE);
	await user.pickService(idOfType('Custom Comments'), 'comments');
	await user.enter('link', LINK);
	await user.pasteList('comments', 'Comments', 'What a view!\nWhere is this?\nLovely 😍');
	await user.executeStep();
	const order = await placed(1);
	await there.editor.output.getByText(order).first().waitFor();
	expectAtMost(14, 'Comments', user);
	expect(there.stand.panel.order(order).units).toBe(3);
	await there.shot('comments');
});

/** Of several types, one in five with something wrong. */
function mixedRows(): Array<Record<string, unknown>> {
	return Array.from({ length: 20 }, (_, at) => {
		const link = `https://www.instagram.com/p/${at}`;
		return [
			{ service: SERVICE, link, quantity: 100 },
			{ service: idOfType('Custom Comments'), link, comments: 'What a view!\nWhere is this?' },
			{ service: '1702', link, quantity: 1000 },
			{ service: idOfType('Package'), link },
			at < 10 ? { service: '1601', link, quantity: 3 } : { service: '999', link, quantity: 100 },
		][at % 5] as Record<string, unknown>;
	});
}

test('20 mixed rows quoted, and the valid ones placed, with no expression typed: at most 25', async () => {
	const user = await begin();
	const { stand, editor, page, shot } = there;
	const before = stand.panel.orders().length;
	await user.addFirst('quote', 'Quote order');
	await user.mapAutomatically();
	await shot('quote');
	await user.pasteRows(mixedRows());
	await user.close();
	await user.executeWorkflow();
	await page.getByText('Workflow executed successfully').first().waitFor();
	expect(stand.panel.orders()).toHaveLength(before);
	await user.addNode('Quote order', 'filter', 'Filter');
	// "problem is equal to nothing" stands there at once; that 'valid' is to be true would have to be chosen
	const left = page.locator('[data-test-id="filter-condition-left"]').first();
	await user.dragField('problem', 'the condition', left);
	await shot('quote-filter');
	await user.close();
	await user.addAction('Filter', 'place an order', PLACE);
	await user.mapAutomatically();
	await user.executeStep();
	await placed(16);
	await editor.output.getByText('16 items').first().waitFor();
	expectAtMost(25, 'Quoted and placed', user);
	await shot('quote-placed');
	const sent = stand.panel.orders().slice(before);
	expect(sent.map(({ service }) => service)).not.toEqual(expect.arrayContaining([1601]));
	expect(sent.filter(({ serviceType }) => serviceType === 'Custom Comments')).toHaveLength(4);
});

test('before any run, the next node shows what an order comes out as', async () => {
	const { stand, shot } = there;
	const create = placing(SERVICE, { link: LINK, quantity: 1000 });
	const next = node('Next', 'set', {}, { typeVersion: 3.4 });
	const nodes = [manualTrigger(), panelNode('Panel', create, stand.credential), next];
	const { id } = await stand.api.createWorkflow(workflow('Schema', nodes));
	await there.anew();
	await there.editor.openWorkflow(id);
	await there.editor.openNode('Next');
	const input = there.page.locator('[data-test-id="ndv-input-panel"]');
	await input.getByText('Usually outputs the following fields').waitFor();
	for (const name of ['order', 'service', 'charge', 'link', 'quantity'])
		await input.getByText(name, { exact: true }).waitFor();
	await shot('schema');
});
