/** What all events on the statuses of a watch list share: reading the list, asking the panel, telling what is new. */
import { NodeOperationError, type IDataObject, type IPollFunctions } from 'n8n-workflow';
import type { Outcomes } from '../../panel/batching';
import type { PanelClient } from '../../panel/client';
import { spelling } from '../../panel/statuses';
import { connect } from '../../shared/connection';
import type { IdNoun } from '../../shared/ids';
import { splitNames, valueOf } from '../../shared/parameters';
import { toNodeError, type Problem } from '../../shared/problems';
import {
	nothingRead,
	problemIn,
	readFields,
	readOptions,
	type Round,
	type TriggerEvent,
	type Deadline,
} from '../event';
import { bookSource, type Booking } from '../watchList/bookSource';
import { idsSource, tableSource, type Source } from '../watchList/sources';
import { lookUp, type LookedUp, type Answers } from './lookUp';
import { packMemory, unpackMemory, type Followed } from './memory';
import { FIRST_CHECKS, idsToLookUp, statusChanges, type Finding, type StatusRules } from './transitions';

const FEWER_REQUESTS =
	"Let the workflow poll less often, or set the option 'Requests per Poll' to fewer than the panel allows in a minute: what a poll does not reach is looked up by the next one.";

export const SAMPLE_SIZE = 10;

/** What is followed, at the panel and in the order book. */
export interface Kind<T> {
	noun: IdNoun;
	statusOf(client: PanelClient, ids: readonly string[]): Promise<Outcomes<T>>;
	toJson(id: string, value: T): IDataObject;
	booking: Booking<T>;
}

interface Settings extends StatusRules {
	/** 0: no limit. */
	requestsPerPoll: number;
}

/** Reads the rules that only this event has. */
type OwnRules = (context: IPollFunctions) => Pick<StatusRules, 'progressStep' | 'stalledAfterMs'>;

interface Look<T> {
	context: IPollFunctions;
	kind: Kind<T>;
	deadline: Deadline;
	settings: Settings;
}

export function statusEvent<T extends Followed>(
	kind: Kind<T>,
	ownRules: OwnRules = () => ({}),
): Pick<TriggerEvent, 'watches' | 'read' | 'sample'> {
	const look = (context: IPollFunctions, deadline: Deadline): Look<T> => ({
		context,
		kind,
		deadline,
		settings: readSettings(context, ownRules),
	});
	return {
		watches: kind.noun,
		read: async (context, memory, deadline) => await roundOf(look(context, deadline), memory),
		sample: async (context, deadline) => await sampleOf(look(context, deadline)),
	};
}

/**
 * Throws the node's error for a field that cannot be read: taken for an empty one, it would fire for all IDs or for
 * none.
 */
function readSettings(context: IPollFunctions, ownRules: OwnRules): Settings {
	const options = readOptions(context);
	const fields = readFields(context, ['fromStatuses', 'toStatuses']);
	const statuses = (name: string, label: string) =>
		new Set(splitNames(fields.textList(name, label)).map(spelling));
	const settings: Settings = {
		firstCheck: options.choice('firstCheck', 'First Check', FIRST_CHECKS, 'newOnly'),
		from: statuses('fromStatuses', 'From Statuses'),
		to: statuses('toStatuses', 'To Statuses'),
		recheckFinished: options.flag('recheckFinished', 'Recheck Finished', false),
		ignoreRejectedIds: options.flag('ignoreRejectedIds', 'Ignore Rejected IDs', false),
		requestsPerPoll: options.whole('requestsPerPoll', 'Requests per Poll', { least: 0 }, 0),
		...ownRules(context),
	};
	valueOf(context, options.result(settings));
	return valueOf(context, fields.result(settings));
}

/** The list that the parameters name. Throws the node's error where they cannot be read. */
function sourceOf<T>(context: IPollFunctions, { noun, booking }: Kind<T>): Source<T> {
	const source = context.getNodeParameter('source', 'orderBook');
	if (source === 'orderBook') return bookSource(context, booking);
	if (source === 'ids') return idsSource(context, noun);
	if (source === 'dataTable') return tableSource(context, noun);
	throw new NodeOperationError(context.getNode(), `This node has no watch list "${String(source)}"`, {
		description: "Choose 'Watch List' anew from its list.",
	});
}

async function roundOf<T extends Followed>(look: Look<T>, stored: IDataObject | undefined): Promise<Round> {
	const { context, kind, deadline, settings } = look;
	const before = stored && unpackMemory(stored);
	const source = sourceOf(context, kind);
	const read = await source.read(deadline, before);
	if (!read.ok) return nothingRead(read.problem);
	const listed = { source: source.identity, isTyped: source.isTyped, list: read.value };
	const { byId, next, problem } = await lookUpAll(look, idsToLookUp(before, listed, settings));
	const now = new Date(Date.now());
	const isWhole = problem === undefined;
	// Neither what others write there nor whether this trigger can write there decides what it reports
	if (isWhole) await source.record?.(byId, now);
	const readAt = isWhole ? source.readAt : undefined;
	const reading = { ...listed, answers: byId, next, now: now.getTime(), readAt };
	const { memory, findings } = statusChanges(before, reading, settings);
	const items = findings.map((finding) => ({
		...itemOf(kind, finding, now.toISOString()),
		...(isWhole && 'value' in finding && source.extraFields?.(finding.id, finding.value, now)),
	}));
	return { memory: packMemory(memory), items, problem };
}

async function sampleOf<T extends Followed>(look: Look<T>): Promise<IDataObject[]> {
	const { context, kind, deadline } = look;
	const source = sourceOf(context, kind);
	let list = valueOf(context, await source.read(deadline, undefined));
	if (list.rows.size === 0 && source.examples) list = valueOf(context, await source.examples());
	const newest = [...list.rows].slice(-SAMPLE_SIZE);
	if (newest.length === 0) {
		throw new NodeOperationError(context.getNode(), `There is no ${kind.noun} to watch yet`, {
			description: source.whenEmpty,
		});
	}
	const { byId, problem } = await lookUpAll(
		look,
		newest.map(([id]) => id),
	);
	if (problem) throw toNodeError(context.getNode(), problem);
	const detectedAt = new Date().toISOString();
	return newest.flatMap(([id, row]) => {
		const answer = byId.get(id);
		return answer ? [itemOf(kind, { id, row, ...asFinding(answer) }, detectedAt)] : [];
	});
}

const asFinding = <T>(answer: LookedUp<T>) =>
	'value' in answer ? { value: answer.value, previousStatus: null } : { error: answer.rejected };

/** `status` and `previousStatus` side by side; what the panel said of it behind them. */
function itemOf<T>({ noun, toJson }: Kind<T>, finding: Finding<T>, detectedAt: string): IDataObject {
	const row = finding.row && { row: finding.row };
	if ('error' in finding) return { [noun]: finding.id, error: finding.error, detectedAt, ...row };
	const { id, value, previousStatus, progress, stall } = finding;
	const { [noun]: shown, status, ...rest } = toJson(id, value);
	return {
		[noun]: shown,
		status,
		previousStatus,
		...rest,
		...(progress !== undefined && { progress }),
		...stall,
		detectedAt,
		...row,
	};
}

async function lookUpAll<T>(
	{ context, kind, deadline, settings }: Look<T>,
	ids: readonly string[],
): Promise<Pick<Answers<T>, 'byId' | 'next'> & { problem?: Problem }> {
	if (ids.length === 0) return { byId: new Map() };
	const { client } = await connect(context, deadline.limits);
	const statuses = async (batch: readonly string[]) => await kind.statusOf(client, batch);
	const answers = await lookUp(statuses, ids, { over: deadline.over, maxRequests: settings.requestsPerPoll });
	return { ...answers, problem: answers.problem && problemIn(answers.problem, FEWER_REQUESTS) };
}
