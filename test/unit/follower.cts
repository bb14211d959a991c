/** The trigger's statuses as functions: polled by hand, at a panel that a test speaks for. */
import type { IDataObject } from 'n8n-workflow';
import { isFinal } from '../../nodes/SmmPanel/panel/statuses';
import type { LookedUp } from '../../nodes/SmmPanel/trigger/status/lookUp';
import {
	packMemory,
	unpackMemory,
	type Followed,
	type StatusMemory,
} from '../../nodes/SmmPanel/trigger/status/memory';
import {
	idsToLookUp,
	statusChanges,
	type Finding,
	type ListReading,
	type StatusRules,
} from '../../nodes/SmmPanel/trigger/status/transitions';

export const RULES: StatusRules = {
	firstCheck: 'newOnly',
	from: new Set(),
	to: new Set(),
	recheckFinished: false,
	ignoreRejectedIds: false,
};

export const DAY = 86_400_000;

export const is = (status: string, remains: number | null = null): Followed => ({
	status,
	finished: isFinal(status),
	remains,
});

/** What the panel says to an ID: a status, an error in words, or nothing. */
export type Says = (id: string) => Followed | { rejected: string } | undefined;

export interface PollOptions extends Partial<Omit<ListReading, 'list'>> {
	/** The first ID that this poll does not reach. */
	next?: string;
	readAt?: string;
	/** Days since 1970. */
	day?: number;
	row?: (id: string) => IDataObject;
}

export function follower(rules: Partial<StatusRules> = {}) {
	const chosen = { ...RULES, ...rules };
	const self = {
		/** What n8n's database would hold. */
		stored: undefined as string | undefined,
		memory: (): StatusMemory => unpackMemory(JSON.parse(self.stored ?? '') as IDataObject),
		/** IDs that have left the list. */
		left: () => [...self.memory().seen].filter(([, { leftOn }]) => leftOn !== undefined).map(([id]) => id),
		poll(ids: readonly string[], says: Says, { day = 0, row, ...more }: PollOptions = {}) {
			const before = self.stored === undefined ? undefined : self.memory();
			const list = { rows: new Map(ids.map((id) => [id, row?.(id)])), unusable: new Map() };
			const reading = { source: 'a', list, ...more };
			const lookedUp = idsToLookUp(before, reading, chosen);
			const answers = new Map<string, LookedUp<Followed>>();
			for (const id of lookedUp) {
				const said = says(id);
				if (said) answers.set(id, 'rejected' in said ? said : { value: said });
			}
			const { memory, findings } = statusChanges(before, { ...reading, answers, now: day * DAY }, chosen);
			self.stored = JSON.stringify(packMemory(memory));
			return { lookedUp, fired: findings.map(shown), findings };
		},
	};
	return self;
}

/** `23501: Pending → Completed`, `23501: Incorrect order ID`, with `(25 %)` where progress is told. */
const shown = (finding: Finding<Followed>): string =>
	'error' in finding
		? `${finding.id}: ${finding.error}`
		: `${finding.id}: ${finding.previousStatus} → ${finding.value.status}${finding.progress === undefined ? '' : ` (${finding.progress} %)`}`;
