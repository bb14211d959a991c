import { RATE } from './policies';

/** At most `count` requests in any `windowMs`. */
export interface Rule {
	count: number;
	windowMs: number;
	learnedAt: number;
	/** The count that certainly holds; `count` is higher while more is tried. */
	proven: number;
	/** By how much the next try is higher, when it comes at the earliest, and after how many windows. */
	step: number;
	raiseAt: number;
	raiseAfter: number;
}

export const isByMinute = ({ windowMs }: Rule) => windowMs === RATE.windowMs;

export const newRule = (
	count: number,
	windowMs: number,
	now: number,
	raiseAfter: number = RATE.windowsBeforeRaise,
): Rule => ({
	count,
	windowMs,
	learnedAt: now,
	proven: count,
	step: 1,
	raiseAfter,
	raiseAt: now + raiseAfter * windowMs,
});

/** What was tried last has held: a little more. Doubling finds a limit that was learned far too low. */
export function raise(rule: Rule, now: number): void {
	rule.proven = rule.count;
	rule.count += rule.step;
	rule.step *= 2;
	rule.raiseAt = now + rule.raiseAfter * rule.windowMs;
}
