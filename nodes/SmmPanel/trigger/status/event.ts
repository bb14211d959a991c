/** Orders and refills on a watch list whose status changes. */
import { NodeOperationError, type IDataObject, type IPollFunctions } from 'n8n-workflow';
import { orderStatusJson } from '../../shared/outputs';
import { toNodeError } from '../../shared/problems';
import { connect } from '../../shared/connection';
import type { Outcomes, PanelClient } from '../../panel/client';
import type { OrderStatus, RefillStatus } from '../../panel/schemas';
import { spelling } from '../../panel/statuses';
import { askWithin, type Answer } from './read';
import { faultOf, type TriggerEvent } from '../event';
import { sourceOf } from '../watchList/sources';
import {
	idsToAsk,
	statusChanges,
	type Finding,
	type FirstCheck,
	type Followed,
	type StatusRules,
} from './transitions';
import { listFailed, type Noun } from '../watchList/parse';

interface Kind<T> {
	noun: Noun;
	ask(client: PanelClient, ids: readonly string[]): Promise<Outcomes<T>>;
	toJson(id: string, value: T): IDataObject;
}

const SAMPLE_SIZE = 10;

interface Options {
	firstCheck?: FirstCheck;
	ignoreRejectedIds?: boolean;
	progressStep?: number;
	recheckFinished?: boolean;
	requestsPerPoll?: number;
}

const readOptions = (context: IPollFunctions) => context.getNodeParameter('options', {}) as Options;

function readRules(context: IPollFunctions): StatusRules {
	const options = readOptions(context);
	const statuses = (name: string) =>
		new Set([context.getNodeParameter(name, []) as string[] | string].flat().map(String).map(spelling));
	return {
		firstCheck: options.firstCheck ?? 'newOnly',
		from: statuses('fromStatuses'),
		to: statuses('toStatuses'),
		recheckFinished: options.recheckFinished === true,
		progressStep: Number(options.progressStep ?? 0),
		ignoreRejectedIds: options.ignoreRejectedIds === true,
	};
}

/** `status` and `previousStatus` side by side; what the panel said of it behind them. */
function itemOf<T>({ noun, toJson }: Kind<T>, finding: Finding<T>, detectedAt: string): IDataObject {
	const row = finding.row && { row: finding.row };
	if ('error' in finding) return { [noun]: finding.id, error: finding.error, detectedAt, ...row };
	const { id, value, previousStatus, progress } = finding;
	const { [noun]: shown, status, ...rest } = toJson(id, value);
	return {
		[noun]: shown,
		status,
		previousStatus,
		...rest,
		...(progress !== undefined && { progress }),
		detectedAt,
		...row,
	};
}

function statusEvent<T extends Followed>(kind: Kind<T>): TriggerEvent {
	return {
		async read(context, memory, deadline) {
			const source = sourceOf(context, kind.noun);
			const list = await source.read(deadline);
			if (listFailed(list)) return { fault: list };
			const rules = readRules(context);
			const ids = idsToAsk(memory, list, rules);
			const answers =
				ids.length === 0 ? { byId: new Map<string, Answer<T>>() } : await ask(context, kind, ids, deadline);
			const reading = { source: source.identity, list, answers: answers.byId, next: answers.next };
			const detectedAt = new Date().toISOString();
			const error = answers.refused ?? answers.outage;
			return {
				...(error && { fault: { ...faultOf(error), transient: !answers.refused } }),
				apply: (latest) => {
					const { memory: next, findings } = statusChanges(latest, reading, rules);
					return { memory: next, items: findings.map((finding) => itemOf(kind, finding, detectedAt)) };
				},
			};
		},

		async sample(context, deadline) {
			const source = sourceOf(context, kind.noun);
			const list = await source.read(deadline);
			if (listFailed(list)) throw toNodeError(context.getNode(), list.problem);
			const newest = [...list.rows].slice(-SAMPLE_SIZE);
			if (newest.length === 0) {
				throw new NodeOperationError(context.getNode(), `There is no ${kind.noun} to watch yet`, {
					description: source.whenEmpty,
				});
			}
			const { byId, refused, outage } = await ask(
				context,
				kind,
				newest.map(([id]) => id),
				deadline,
			);
			const error = refused ?? outage;
			if (error) throw toNodeError(context.getNode(), error);
			const detectedAt = new Date().toISOString();
			return newest.flatMap(([id, row]) => {
				const answer = byId.get(id);
				if (!answer) return [];
				const found =
					'value' in answer ? { value: answer.value, previousStatus: null } : { error: answer.rejected };
				return [itemOf(kind, { id, row, ...found }, detectedAt)];
			});
		},
	};
}

async function ask<T>(
	context: IPollFunctions,
	kind: Kind<T>,
	ids: readonly string[],
	deadline: Parameters<TriggerEvent['read']>[2],
) {
	const { client } = await connect(context, deadline.limits);
	return await askWithin(async (batch) => await kind.ask(client, batch), ids, {
		over: deadline.over,
		maxRequests: Number(readOptions(context).requestsPerPoll ?? 0),
	});
}

export const orderStatusChanged = statusEvent<OrderStatus>({
	noun: 'order',
	ask: async (client, ids) => await client.status(ids),
	toJson: orderStatusJson,
});

export const refillStatusChanged = statusEvent<RefillStatus>({
	noun: 'refill',
	ask: async (client, ids) => await client.refillStatus(ids),
	toJson: (refill, { status, finished }) => ({ refill, status, finished }),
});
