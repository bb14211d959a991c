/** Which unknown order is which ID: found only where nothing else is possible. Pure. */
import type { StoredRow } from '../../../book/rows';
import type { Outcomes } from '../../../panel/batching';
import { isSameAmount } from '../../../panel/money';
import type { OrderStatus } from '../../../panel/schemas';
import type { Bracket } from './bracket';

export interface Verdict {
	row: StoredRow;
	/** The order, where there is exactly one that it can be. */
	order?: string;
	candidates: string[];
	evidence: string;
}

/** Panels write charges with four or five decimals. */
const DECIMALS = 4;

/** Whether a panel's figure is this charge, as far as the panel writes it out. */
export function isCharge(expected: number | null, charged: string | null): boolean {
	if (expected === null || charged === null) return false;
	const written = charged.split('.')[1]?.length ?? 0;
	return isSameAmount(String(expected), charged, Math.max(DECIMALS, written));
}

/** `outcomes`: what the panel said of the IDs in the brackets. */
export function verdictsOf(brackets: readonly Bracket[], outcomes: Outcomes<OrderStatus>): Verdict[] {
	const candidatesOf = ({ row, ids = [] }: Bracket) =>
		ids.filter((id) => {
			const outcome = outcomes.get(id);
			return outcome?.ok === true && isCharge(row.estimate, outcome.value.charge);
		});
	const candidates = brackets.map(candidatesOf);
	const isDiscreet = [...outcomes.values()].some(
		(outcome) => !outcome.ok && outcome.error.family === 'order',
	);
	return brackets.map((bracket, at): Verdict => {
		const { row, ids, evidence } = bracket;
		const own = candidates[at] ?? [];
		const unsure = { row, candidates: own };
		if (ids === undefined) return { ...unsure, evidence };
		const unread = ids.filter((id) => !isTold(outcomes, id));
		if (unread.length > 0) {
			return {
				...unsure,
				evidence: `${evidence} The panel did not tell of ${unread.length} IDs between.`,
			};
		}
		if (!isDiscreet && own.length > 0) return { ...unsure, evidence: `${evidence} ${TELLS_ALL}` };
		const others = brackets.filter((other) => other !== bracket && own.some((id) => mayBe(other, id, row)));
		const [order] = own;
		if (own.length === 1 && order !== undefined && others.length === 0) {
			return {
				...unsure,
				order,
				evidence: `${evidence} Of ${ids.length} IDs between, order ${order} alone is the account's, in no row, and of the charge ${row.estimate}.`,
			};
		}
		return { ...unsure, evidence: `${evidence} ${whyUnsure(own, others.length, row)}` };
	});
}

/** Whether a candidate of `row` could as well be that of another unknown order, also where of that little is known. */
const mayBe = ({ row: other, from, to }: Bracket, id: string, row: StoredRow): boolean =>
	Number(id) > from &&
	Number(id) < to &&
	(other.estimate === null || row.estimate === null || other.estimate === row.estimate);

const TELLS_ALL = 'The panel tells of every order, perhaps also of other customers.';

function whyUnsure(own: readonly string[], others: number, { estimate: charge }: StoredRow): string {
	if (charge === null) return 'What it costs is not known, so that no charge can be compared.';
	if (own.length === 0)
		return `No free order of the account between has the charge ${charge}. That proves nothing: look in the panel.`;
	return others > 0
		? `Order ${own.join(', ')} could also be that of another unknown row.`
		: `Orders ${own.join(', ')} all have the charge ${charge}.`;
}

/** An ID that is another customer's is an answer, too. */
function isTold(outcomes: Outcomes<OrderStatus>, id: string): boolean {
	const outcome = outcomes.get(id);
	return outcome !== undefined && (outcome.ok || outcome.error.family === 'order');
}
