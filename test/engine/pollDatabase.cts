import { AsyncLocalStorage } from 'node:async_hooks';
import { isDeepStrictEqual } from 'node:util';
import type { IDataObject, Workflow } from 'n8n-workflow';

interface Staged {
	snapshot: IDataObject;
	seed: IDataObject;
}

export const copy = <T,>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Static data and, with durable cursors, the node's cursor, as n8n's database has them. */
export class PollDatabase {
	private readonly staging = new AsyncLocalStorage<Staged>();

	constructor(
		private readonly nodeKey: string,
		public text = '{}',
	) {}

	read = (): IDataObject => JSON.parse(this.text) as IDataObject;

	cursor = (): IDataObject => (this.read()[this.nodeKey] ?? {}) as IDataObject;

	/** Saves what n8n has noticed to be changed, and nothing else. */
	save({ staticData }: Workflow): void {
		if (staticData.__dataChanged !== true) return;
		this.text = JSON.stringify(staticData);
		staticData.__dataChanged = false;
	}

	saveCursor(cursor: IDataObject): void {
		this.text = JSON.stringify({ ...this.read(), [this.nodeKey]: cursor });
	}

	/** A poll whose cursor is a copy until it is taken. */
	stage = async <T,>(poll: () => Promise<T>): Promise<T> =>
		await this.staging.run({ snapshot: copy(this.cursor()), seed: this.cursor() }, poll);

	staged = (): IDataObject => (this.staging.getStore() as Staged).snapshot;

	/** Null: the poll has changed nothing. */
	takeStaged(): IDataObject | null {
		const staged = this.staging.getStore();
		if (!staged || isDeepStrictEqual(staged.snapshot, staged.seed)) return null;
		staged.seed = copy(staged.snapshot);
		return staged.seed;
	}
}
