/** The trigger's form: which fields an event has, and what n8n's data tables put into their lists. */
import { NodeHelpers, type IDataObject, type INode, type INodeParameters } from 'n8n-workflow';
import { getColumns, getFilterColumns, searchDataTables } from '../../nodes/SmmPanel/methods/dataTables';
import { referencesTo } from './credentials.cts';
import { editorContext } from './engine.cts';
import { fullName, nodeTypeNamed } from './nodeTypes.cts';
import { createTableServer, tableOf } from './tableServer.cts';
import { serverFor } from './triggerFixture.cts';

const TYPE = fullName('smmPanelTrigger');
const serve = serverFor();

async function formOn(apiKey = 'n8n-key') {
	const tables = Array.from({ length: 300 }, (_, at) => tableOf(`T${at + 1}`, ['order_id', 'state'], []));
	const n8n = createTableServer(tables);
	const baseUrl = await serve(n8n.handle);
	const credentials = { smmPanelN8nApi: { baseUrl, apiKey } };
	const dataTableId = { __rl: true, mode: 'list', value: 'T2' } as const;
	const node: INode = {
		...{ id: 'trigger-1', name: 'Trigger', type: TYPE, typeVersion: 1, position: [0, 0] },
		parameters: { event: 'orderStatusChanged', source: 'dataTable', dataTableId },
		credentials: referencesTo(credentials),
	};
	return editorContext({ nodes: [node], connections: {} }, 'Trigger', 'parameters.x', credentials);
}

test('the list of data tables has all of them, by name', async () => {
	const { results } = await searchDataTables.call(await formOn());
	expect(results).toHaveLength(300);
	expect(results[299]).toEqual({ name: 'Table T300', value: 'T300' });
});

test("the lists of columns are the chosen table's", async () => {
	const columns = [
		{ name: 'order_id', value: 'order_id' },
		{ name: 'state', value: 'state' },
	];
	expect(await getColumns.call(await formOn())).toEqual(columns);
	expect(await getFilterColumns.call(await formOn())).toEqual([{ name: 'All Rows', value: '' }, ...columns]);
});

test('a list that cannot be read says why', async () => {
	await expect(searchDataTables.call(await formOn('wrong'))).rejects.toMatchObject({
		message: 'n8n refused the API key: unauthorized',
		description: expect.stringContaining('Settings > n8n API'),
	});
});

const { description } = nodeTypeNamed(TYPE);

test("n8n's API key is asked for only where a table is watched, and the form says what needs none", () => {
	const isShown = (parameters: IDataObject) => (one: Parameters<typeof NodeHelpers.displayParameter>[1]) =>
		NodeHelpers.displayParameter(parameters as INodeParameters, one, { typeVersion: 1 }, description);
	const asked = (event: string, source: string) => ({
		keys: description.credentials?.filter(isShown({ event, source })).map(({ name }) => name),
		notices: description.properties
			.filter(isShown({ event, source }))
			.filter(({ name }) => name === 'keyNotice')
			.map(({ displayName }) => displayName),
	});
	const needsNone = expect.stringMatching(
		/Without a key: .*Schedule Trigger.*Get Status Changes.*Order Book/,
	);
	const [one, both] = [['smmPanelApi'], ['smmPanelApi', 'smmPanelN8nApi']];
	expect(asked('orderStatusChanged', 'ids')).toEqual({ keys: one, notices: [] });
	expect(asked('orderStatusChanged', 'dataTable')).toEqual({ keys: both, notices: [needsNone] });
	expect(asked('orderStalled', 'orderBook')).toEqual({ keys: both, notices: [needsNone] });
	expect(asked('balanceBelow', 'dataTable')).toEqual({ keys: one, notices: [] });
});
