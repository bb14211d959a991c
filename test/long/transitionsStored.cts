/** What the trigger handed over, as n8n has stored it, and what the panel told: the two sides that are compared. */
import type { IDataObject } from 'n8n-workflow';
import { ordersAsked } from '../panel/ledger.cts';
import type { DevPanel } from '../panel/server.cts';
import type { Execution } from '../sandbox/executions.cts';
import type { RunningN8n } from '../sandbox/n8n.cts';
import type { Fired, OrderBooks, Sighting } from './transitionsBooks.cts';

/** Of the trigger. */
export const NAME = 'Orders';

export async function executionsOf({ api }: RunningN8n, workflowId: string): Promise<Execution[]> {
	const executions: Execution[] = [];
	for (const { id } of await api.executions(workflowId, 100)) executions.push(await api.execution(id));
	return executions;
}

/** What the trigger handed over is in the execution from the moment that it is stored, also if it never ran. */
function emittedIn({ data }: Execution): IDataObject[] {
	const ran = data.resultData.runData[NAME]?.[0]?.data?.main?.[0];
	const waiting = data.executionData?.nodeExecutionStack.find((entry) => entry.node.name === NAME)?.data
		.main?.[0];
	return (ran ?? waiting ?? []).map(({ json }) => json);
}

export function booksOf(
	panel: DevPanel,
	executions: readonly Execution[],
	atFirst: ReadonlySet<string>,
	baselineAt: number,
): OrderBooks[] {
	const fired = executions.flatMap(emittedIn);
	const answered = panel
		.requests()
		.filter(
			({ fields, answeredAt, error }) => fields.action === 'status' && answeredAt !== undefined && !error,
		)
		.map((request) => ({ ids: new Set(ordersAsked(request)), at: request.at, realAt: request.realAt }));
	return panel.orders().map(({ id, transitions }) => ({
		id,
		atFirst: atFirst.has(id),
		fired: fired
			.filter(({ order }) => order === id)
			.map(toFired)
			.sort((a, b) => a.at - b.at),
		sightings: answered
			.filter(({ ids, realAt }) => ids.has(id) && (!atFirst.has(id) || realAt >= baselineAt))
			.map(
				({ at, realAt }): Sighting => ({
					status: transitions.filter((one) => one.at <= at).at(-1)?.to ?? 'Pending',
					at: realAt,
				}),
			),
	}));
}

const toFired = ({ previousStatus, status, detectedAt }: IDataObject): Fired => ({
	from: previousStatus as string | null,
	to: String(status),
	at: Date.parse(String(detectedAt)),
});
