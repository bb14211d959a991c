import type { IDataObject } from 'n8n-workflow';
import { isFinal } from '../../panel/statuses';
import { unpackMemory } from './memory';

/** What a list may have to be asked for, since it need not be on it by itself. */
export interface Remembered {
	/** IDs that were not finished when they were last seen. */
	open: string[];
	/** When the list was last read in full. */
	readAt?: string;
	/** Where these IDs come from. */
	source: string;
}

export function rememberedIn(packed: IDataObject): Remembered {
	const { statuses, unread, readAt, source } = unpackMemory(packed);
	const open = [...statuses].filter(([, status]) => !isFinal(status)).map(([id]) => id);
	return { open: [...open, ...unread], source, ...(readAt !== undefined && { readAt }) };
}
