/** A real order book in memory for the engine: the product's own store, its sub-workflows run by n8n's engine. */
import type {
	ExecuteWorkflowData,
	ExecuteWorkflowOptions,
	IDataObject,
	IExecuteWorkflowInfo,
	INode,
	IWorkflowBase,
	Workflow,
} from 'n8n-workflow';
import {
	COLUMNS,
	columnList,
	newRow,
	TABLE_NAME,
	toCells,
	type BookRow,
	type Cells,
	type StoredRow,
} from '../../nodes/SmmPanel/book/rows';
import type { RunInline } from '../../nodes/SmmPanel/book/inline';
import { MemoryTable } from '../unit/memoryBook.cts';
import type { Tables } from './dataTables.cts';
import { runWorkflow } from './engine.cts';
import type { Surroundings } from './surroundings.cts';

export interface Failing {
	/** How many sub-executions fail, one after the other. */
	times?: number;
	/** n8n's words. */
	message?: string;
	/** Only sub-executions with this operation, such as `insert`. */
	only?: string;
}

type NewRow = Partial<BookRow> & Pick<BookRow, 'state'>;

/** A workflow ID of its own for each test: the node remembers the table's ID by workflow. */
let workflows = 0;
export const ownWorkflow = (): string => `book-${++workflows}`;

const TYPES = { string: 'string', number: 'number', boolean: 'boolean', date: 'string' } as const;

export class TestBook {
	private table: MemoryTable | undefined;
	private tableId = '';
	private tables = 0;
	name = TABLE_NAME;
	columns: Array<{ name: string; type: string }> = columnList();
	/** Further tables of the project, as n8n lists them. */
	others: IDataObject[] = [];
	private loadedAfter = 0;
	private readonly log: string[] = [];
	private failing: Array<Pick<Failing, 'only'> & { message: string }> = [];

	/** `table`: whether the project has the table already. */
	constructor({ table = false }: { table?: boolean } = {}) {
		if (table) this.createTable();
	}

	rows = (): StoredRow[] => this.table?.all() ?? [];

	/** Inserts rows, which are the book's from then on. */
	add(...rows: NewRow[]): StoredRow[] {
		const table = this.table ?? this.createTable();
		const before = new Set(table.rows.keys());
		table.insert(rows.map((row) => toCells(newRow(row))));
		return this.rows().filter(({ id }) => !before.has(id));
	}

	/** As a person does it, in the editor. */
	edit(order: string, cells: Cells): void {
		this.table?.update({ match: 'all', conditions: [{ column: 'order', is: 'eq', value: order }] }, cells);
	}

	/** The sub-executions so far, each as its operations: `insert get update get`. */
	calls = (): string[] => [...this.log];

	/** Lets the next sub-executions fail. */
	fail({ times = 1, message = 'database is locked', only }: Failing = {}): void {
		this.failing.push(...Array.from({ length: times }, () => ({ message, only })));
	}

	/** As if all that is in the book had happened so much earlier. */
	age(ms: number): void {
		const dates = new Set([
			'createdAt',
			'updatedAt',
			...columnList().flatMap((column) => (column.type === 'date' ? [column.name] : [])),
		]);
		for (const row of this.table?.rows.values() ?? []) {
			for (const [name, value] of Object.entries(row)) {
				if (!dates.has(name) || typeof value !== 'string') continue;
				Object.assign(row, { [name]: new Date(Date.parse(value) - ms).toISOString() });
			}
		}
	}

	/** Whatever begins before so many sub-executions sees no data tables, as while n8n starts. */
	loadAfter(subExecutions: number): void {
		this.loadedAfter = subExecutions;
	}

	hasTable = (): boolean => this.table !== undefined;

	/** For the store alone, without a node. */
	run: RunInline = async (code, items) => {
		const { data } = await this.execute({ code }, { inputData: items } as ExecuteWorkflowOptions);
		return (data[0] ?? []).map(({ json }) => json);
	};

	/** What an execution gets from n8n to reach data tables. */
	surroundings(): Surroundings {
		return {
			executeWorkflow: async (info, _, options) => await this.execute(info, options),
			getRunExecutionData: async () => await Promise.resolve(undefined),
			...(this.log.length >= this.loadedAfter && { 'data-table': this.module() }),
		};
	}

	private module() {
		return {
			dataTableProxyProvider: {
				// As n8n's own it serves certain types of nodes only
				getDataTableProxy: async (_: Workflow, node: INode) => {
					if (node.type !== 'n8n-nodes-base.dataTable')
						throw new Error(`"${node.type}" may not use data tables`);
					return await Promise.resolve(this.served());
				},
			},
		};
	}

	private async execute(
		{ code }: IExecuteWorkflowInfo,
		{ inputData = [] }: ExecuteWorkflowOptions,
	): Promise<ExecuteWorkflowData> {
		if (!code) throw new Error('Only inline workflows are known here');
		const operations = operationsOf(code);
		this.log.push(operations);
		const at = this.failing.findIndex(({ only }) => only === undefined || operations.includes(only));
		const [fault] = at < 0 ? [] : this.failing.splice(at, 1);
		if (fault) throw new Error(fault.message);
		const { run, error, outputsOf } = await runWorkflow(code, inputData, {
			mode: 'integrated',
			book: this,
		});
		// As n8n does it, an error again from the plain object that an execution stores
		if (error) throw Object.assign(new Error(error.message), { description: error.description });
		const last = run.data.resultData.lastNodeExecuted ?? '';
		return { executionId: `sub-${this.log.length}`, data: outputsOf(last) };
	}

	private served(): Tables {
		const table = (id: string): MemoryTable => {
			if (!this.table || id !== this.tableId) throw new Error(`Could not find the data table: '${id}'`);
			return this.table;
		};
		return {
			create: (name) => {
				if (this.table && name === this.name)
					throw new Error(`Data table with name '${name}' already exists`);
				if (this.table) throw new Error('A second book is made');
				this.createTable();
				return this.described();
			},
			list: () => [...(this.table ? [this.described()] : []), ...this.others],
			insert: (id, rows) => {
				rows.forEach(this.checkCells);
				table(id).insert(rows as Cells[]);
			},
			get: (id, filter, { by, ascending = true, limit } = {}) => {
				const found = table(id).find(filter);
				// As SQLite does, empty cells before all others
				const at = (row: Cells) => String(row[by ?? ''] ?? '');
				const sign = ascending ? 1 : -1;
				if (by !== undefined) found.sort((a, b) => sign * at(a).localeCompare(at(b)) || a.id - b.id);
				return found.slice(0, limit).map(asGiven);
			},
			update: (id, filter, changes) => {
				this.checkCells(changes);
				return table(id).update(filter, changes).map(asGiven);
			},
			deleteRows: (id, filter) => table(id).delete(filter).map(asGiven),
		};
	}

	private createTable(): MemoryTable {
		this.tableId = `table-${++this.tables}`;
		this.table = new MemoryTable(() => Date.now());
		return this.table;
	}

	/** n8n refuses columns that the table lacks, and values of another type. */
	private readonly checkCells = (cells: IDataObject): void => {
		for (const [name, value] of Object.entries(cells)) {
			const type = this.columns.find((column) => column.name === name)?.type;
			if (type === undefined) throw new Error(`unknown column name '${name}'`);
			const isDate = type !== 'date' || !Number.isNaN(Date.parse(String(value)));
			if (value !== null && (typeof value !== TYPES[type as keyof typeof TYPES] || !isDate))
				throw new Error(`value '${String(value)}' does not match column type '${type}' of '${name}'`);
		}
	};

	private described = (): IDataObject => ({
		id: this.tableId,
		name: this.name,
		columns: this.columns.map((column, index) => ({ ...column, index })),
	});
}

const operationsOf = ({ nodes }: IWorkflowBase): string =>
	nodes
		.slice(1)
		.map(({ parameters }) => String(parameters.operation))
		.join(' ');

/** Inside its process n8n gives dates as such. */
const asGiven = (row: Cells): IDataObject =>
	Object.fromEntries(
		Object.entries(row).map(([name, value]) => [
			name,
			isDateColumn(name) && typeof value === 'string' ? new Date(value) : value,
		]),
	) as IDataObject;

const isDateColumn = (name: string): boolean =>
	name === 'createdAt' ||
	name === 'updatedAt' ||
	(name in COLUMNS && COLUMNS[name as keyof typeof COLUMNS] === 'date');
