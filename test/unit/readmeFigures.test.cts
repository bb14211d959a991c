/** The figures in README and documentation are those of the code. */
import type { INodeProperties } from 'n8n-workflow';
import { RESOURCES } from '../../nodes/SmmPanel/actions';
import { MOST_UNANSWERED } from '../../nodes/SmmPanel/actions/order/placing/send';
import { SEEN } from '../../nodes/SmmPanel/actions/order/getStatusChanges.operation';
import { MAX_BATCH_SIZE } from '../../nodes/SmmPanel/panel/client';
import { CATALOGUE_FRESH_MS, DEFAULT_RETRY, POLL } from '../../nodes/SmmPanel/panel/policies';
import { DEFAULT_TOLERANCE } from '../../nodes/SmmPanel/trigger';
import { SAMPLE_SIZE as SERVICE_SAMPLE } from '../../nodes/SmmPanel/trigger/services/servicesChanged';
import { SAMPLE_SIZE as DEFAULT_SAMPLE } from '../../nodes/SmmPanel/trigger/status/statusEvent';
import { ENGLISH_TEXT, type Named } from './readmeText.cts';

/** The default of a field of a node's form or of its collections. */
const defaultIn = (fields: readonly Named[], name: string): unknown => {
	for (const field of fields) {
		if (!('displayName' in field) || !('type' in field)) continue;
		if (field.name === name) return field.default;
		const inner = defaultIn((field.options ?? []) as Named[], name);
		if (inner !== undefined) return inner;
	}
	return undefined;
};

const fieldsOf = (resource: string, operation: string): INodeProperties[] => {
	const found = RESOURCES.find(({ value }) => value === resource);
	return found?.operations.find(({ value }) => value === operation)?.fields ?? [];
};

test('the figures in the text are those of the code', () => {
	const creating = fieldsOf('order', 'create');
	const reading = fieldsOf('order', 'getStatus');
	const whole = (count: number) => count.toLocaleString('en-US');
	const words: Record<number, string> = { 2: 'two', 3: 'three', 5: 'five', 10: 'ten' };
	const inWords = (count: number) => words[count] ?? `"${count}" in words`;
	expect(CATALOGUE_FRESH_MS).toBe(60_000);
	expect(DEFAULT_SAMPLE).toBe(SERVICE_SAMPLE);
	const [, longestRetryMs = 0] = POLL.retryMs;
	expect(longestRetryMs).toBe(30_000);
	for (const text of [
		`up to ${MAX_BATCH_SIZE} in one request`,
		'The list is kept for a minute for each account',
		`up to ${inWords(DEFAULT_RETRY.attempts)} tries within ${inWords(DEFAULT_RETRY.totalMs / 60_000)} minutes`,
		`${inWords(POLL.attempts)} in half a minute`,
		// Two entries an order
		`the last ${whole(SEEN.maxEntries / 2)} orders of a node`,
		`When ${inWords(MOST_UNANSWERED)} orders in a row get no clear answer`,
		`${inWords(DEFAULT_SAMPLE)} items at most`,
		`**Limit** (${String(defaultIn(fieldsOf('service', 'getAll'), 'limit'))})`,
		`**Concurrency** (${String(defaultIn(reading, 'concurrency'))})`,
		`**Timeout (Seconds)** (${String(defaultIn(reading, 'timeout'))})`,
		`**Concurrency** (${String(defaultIn(creating, 'concurrency'))})`,
		`**Timeout (Seconds)** (${String(defaultIn(creating, 'timeout'))})`,
		`**Tolerate Outages** (${DEFAULT_TOLERANCE})`,
	]) {
		expect(ENGLISH_TEXT).toContain(text);
	}
});
