/** Replies of panels to `add`, kept as data: test/fixtures/replies. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Recorded {
	name: string;
	status: number;
	headers?: Record<string, string>;
	body: string;
	mayBeSuppliers?: Array<'auth' | 'funds'>;
	/** Whether the panel had taken the order, where that is known. */
	taken?: boolean;
	verdict: 'placed' | 'refused' | 'unknown' | 'balance';
	order?: string;
	family?: string;
}

/** `own` was collected with the code; `second` and `independent` were written by people who had not seen it. */
export const recordedReplies = (...sets: Array<'own' | 'second' | 'independent'>): Recorded[] =>
	sets.flatMap(
		(name) =>
			JSON.parse(readFileSync(join(__dirname, `../fixtures/replies/${name}.json`), 'utf8')) as Recorded[],
	);
