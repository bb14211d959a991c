/**
 * What is known of a panel's limit, from what it let pass and what it refused. Pure: times are handed in, in
 * milliseconds. Panels do not say how they count; a sliding minute, a fixed one and a bucket that refills look alike
 * until they refuse.
 */
import { RATE } from './policies';
import { isByMinute, newRule, raise, type Rule } from './rateRule';

export class RateLimit {
	/** When the requests of the last minute left that were not refused, in this order; the first `gone` are older. */
	readonly #sent: number[] = [];
	#gone = 0;
	#rule: Rule | undefined;
	/** Requests that left before do not count: the panel has begun a new window. */
	#since = 0;
	/** Refusals in a row, each after a pause of its own. */
	#refusals = 0;
	#firstRefusedAt = 0;
	/** How many had passed in the minute before, and whether the rule knew it. */
	#passedBefore = 0;
	#explained = false;
	#pausedAt = 0;
	#pausedUntil = 0;
	/** The last refusal after which a short pause was enough, and when the panel answered again. */
	#quick = { refusedAt: -Infinity, resumedAt: -Infinity };
	/** How long answers have taken at most; it fades. */
	#slowestMs = 0;
	#drips = 0;
	/** Refusals in a row that asked to come again at once. */
	#saidNow = 0;
	/** So many requests more go alone, to see whether the panel's window is a new one. */
	#careful = 0;
	/** Longer than anyone waits: not kept, so that each later run may ask once. */
	#askedMs = 0;
	/** The request that goes alone beyond a usual limit, and the highest count that has passed. */
	#tried = { sentAt: 0, count: 0 };
	#mostPassed = 0;

	/** Milliseconds until a request may leave; 0: now. */
	waitFor(now: number): number {
		const pause = this.#pausedUntil - now;
		return pause > 0 ? pause : this.#refusals > 0 ? 0 : this.#ruleWait(now);
	}

	/** Whether nothing else may leave until the next request is answered. */
	goesAlone(now: number): boolean {
		if (this.#refusals > 0 || this.#careful > 0) return true;
		if (this.#rule !== undefined) return false;
		const count = this.#countOfMinute(now);
		if (count < this.#mostPassed) return false;
		return RATE.typical.some((limit) => count === limit || count === Math.ceil(limit * RATE.refilled));
	}

	left(now: number): void {
		if (this.#careful > 0) this.#careful--;
		else if (this.goesAlone(now)) this.#tried = { sentAt: now, count: this.#countOfMinute(now) + 1 };
		this.#forget(now);
		this.#sent.push(now);
	}

	/** An answer to a request that left at `sentAt`, whatever else it said. */
	passed(now: number, sentAt: number): void {
		this.#slowestMs = Math.max(now - sentAt, this.#slowestMs * RATE.forgets);
		this.#saidNow = 0;
		if (this.#refusals > 0 && sentAt > this.#pausedAt) {
			this.#learn(now, sentAt);
			this.#refusals = 0;
		} else if (sentAt === this.#tried.sentAt)
			this.#mostPassed = Math.max(this.#mostPassed, this.#tried.count);
	}

	/** A refusal of a request that left at `sentAt`: nothing leaves until a pause is over. */
	refused(now: number, sentAt: number, retryAfter?: number): void {
		const at = this.#sent.lastIndexOf(sentAt);
		if (at >= this.#gone) this.#sent.splice(at, 1);
		// "Retry-After: 0" is no limit, unless the panel goes on saying so
		if (retryAfter === 0 && this.#refusals === 0 && ++this.#saidNow <= RATE.saysNow) return;
		const retryAfterMs = retryAfter ?? 0;
		const kept = retryAfterMs > RATE.patienceMs ? 0 : retryAfterMs;
		// Requests that were under way when the first was refused say the same once more
		if (sentAt <= this.#pausedAt) {
			if (sentAt <= this.#firstRefusedAt) this.#passedBefore--;
			return this.#pause(now, kept);
		}
		this.#refusals++;
		if (this.#refusals === 1) this.#hitWall(now, sentAt);
		this.#pausedAt = now;
		this.#askedMs = retryAfterMs;
		this.#pause(now, this.#pauseOf(now, kept));
	}

	/** Whether so many refusals have come in a row, or the panel wants so long a pause, that a run had better end. */
	isHopeless(patienceMs: number): boolean {
		if (this.#refusals === 0) return false;
		const pause = Math.max(this.#askedMs, this.#pausedUntil - this.#firstRefusedAt);
		return this.#refusals >= RATE.mostRefusals || pause > patienceMs;
	}

	/** What was learned, as requests a minute. */
	perMinute(): number | undefined {
		if (this.#rule === undefined) return undefined;
		const { proven, windowMs } = this.#rule;
		return Math.max(1, Math.round((proven * RATE.windowMs) / windowMs));
	}

	#pause(now: number, ms: number): void {
		this.#pausedUntil = Math.max(this.#pausedUntil, now + ms);
	}

	#ruleWait(now: number): number {
		const rule = this.#rule;
		if (rule !== undefined && now - rule.learnedAt > RATE.keptMs) this.#rule = undefined;
		if (this.#rule === undefined) return 0;
		const wait = this.#waitByRule(this.#rule, now);
		if (wait <= 0 || now < this.#rule.raiseAt) return Math.max(0, wait);
		raise(this.#rule, now);
		return Math.max(0, this.#waitByRule(this.#rule, now));
	}

	#waitByRule({ count, windowMs }: Rule, now: number): number {
		const at = this.#sent.length - count;
		const oldest = at < this.#gone ? undefined : this.#sent[at];
		if (oldest === undefined || oldest < this.#since) return 0;
		// It counted when it arrived, which was before its answer
		const late = Math.min(RATE.mostLateMs, Math.max(0, this.#slowestMs - RATE.lateMs));
		return oldest + windowMs + (windowMs === RATE.windowMs ? late : 0) - now;
	}

	/** The first refusal after answers. */
	#hitWall(now: number, sentAt: number): void {
		this.#firstRefusedAt = sentAt;
		this.#passedBefore = this.#countWithin(Math.max(sentAt - RATE.panelWindowMs, this.#since - 1), sentAt);
		this.#explained = false;
		if (this.#rule !== undefined) this.#compare(this.#rule, now);
		else if (!this.#isDripping(sentAt)) this.#drips = 0;
		// One refusal soon after another may be chance; three are a bucket
		else if (++this.#drips === 2) {
			this.#drips = 0;
			this.#rule = newRule(1, RATE.windowMs / this.#passedBefore, now, RATE.dripsBeforeRaise);
			this.#explained = true;
		}
	}

	/** Whether hardly more has passed since a short pause than a bucket refills meanwhile. */
	#isDripping(now: number): boolean {
		const { refusedAt, resumedAt } = this.#quick;
		if (resumedAt < now - RATE.panelWindowMs || this.#passedBefore < RATE.minuteLike) return false;
		const refilled = (this.#passedBefore * (now - refusedAt)) / RATE.panelWindowMs;
		return this.#countWithin(resumedAt - 1, now) <= 2 + 2 * refilled;
	}

	/** A refusal under a rule: it is the one that was expected, or the rule is wrong. */
	#compare(rule: Rule, now: number): void {
		const raised = rule.count > rule.proven;
		rule.count = rule.proven;
		rule.step = 1;
		const from = Math.max(now - rule.windowMs, this.#since - 1);
		const passed = this.#countWithin(from, now);
		// A new window would have taken more: the requests before do count
		const isOld = this.#since > from && passed < rule.count / 2;
		if (isOld) this.#since = 0;
		else if (passed < RATE.explains * rule.count) return;
		else if (raised) rule.raiseAfter *= 2;
		else rule.count = rule.proven = Math.min(rule.count, passed);
		rule.raiseAt = now + rule.raiseAfter * rule.windowMs;
		this.#explained = true;
	}

	#pauseOf(now: number, retryAfterMs: number): number {
		const byRule =
			this.#rule && this.#explained && this.#refusals === 1 ? this.#waitByRule(this.#rule, now) : 0;
		if (byRule > 0 || retryAfterMs > 0) return Math.max(byRule, retryAfterMs);
		const doubled = Math.min(RATE.longestPauseMs, RATE.firstPauseMs * 2 ** (this.#refusals - 1));
		// Other processes with the same key are not to come back at the same moment
		const pause = doubled * (1 + Math.random() / 20);
		const from = this.#firstRefusedAt - RATE.panelWindowMs;
		const oldest = this.#sent.find((time) => time > from && time >= this.#since);
		if (oldest === undefined || this.#passedBefore < RATE.minuteLike) return pause;
		// By then the minute is over, however the panel counts
		const expiry = oldest + RATE.windowMs - now;
		return expiry > 0 ? Math.min(pause, expiry) : pause;
	}

	/** The panel answers again: how many passed before, and how long the pause was, tell its rule. */
	#learn(now: number, resumedAt: number): void {
		const [rule, count, refusedAt] = [this.#rule, this.#passedBefore, this.#firstRefusedAt];
		// What was asked for counts, and not when the next request happened to come, or to be answered
		const isQuick = this.#refusals <= RATE.quickRefusals && this.#askedMs <= RATE.quickMs;
		const again = resumedAt - this.#quick.resumedAt < RATE.panelWindowMs;
		if (isQuick) this.#quick = { refusedAt, resumedAt };
		if (isQuick && rule === undefined) this.#careful = RATE.leastCareful;
		if (rule !== undefined && this.#explained && this.#refusals === 1) rule.learnedAt = now;
		else if (!isQuick && count >= RATE.minuteLike) this.#learnMinute(now, resumedAt);
		else if (!isQuick && rule !== undefined) {
			this.#rule = newRule(Math.max(count, Math.ceil(rule.count / 2)), rule.windowMs, now);
		} else if (isQuick && rule !== undefined && !isByMinute(rule)) {
			this.#rule = newRule(rule.count, rule.windowMs * RATE.slower, now, rule.raiseAfter);
		} else if (isQuick && again && count < RATE.minuteLike) this.#learnSeconds(now, resumedAt);
	}

	#learnMinute(now: number, resumedAt: number): void {
		const known = this.#rule && isByMinute(this.#rule) ? this.#rule.count : Infinity;
		const count = Math.min(known, this.#passedBefore);
		this.#rule = newRule(count, RATE.windowMs, now);
		// A sliding minute would not have let it pass for a while: the panel's window is a new one
		const before = { ...this.#rule, count: count + 1 };
		if (this.#waitByRule(before, resumedAt) <= RATE.quickMs) return;
		this.#since = resumedAt;
		this.#careful = RATE.leastCareful + Math.round(count * RATE.carefulShare);
	}

	/** A limit by the second: as many as passed within the pause that the panel wanted. */
	#learnSeconds(now: number, resumedAt: number): void {
		const wall = this.#firstRefusedAt;
		const windowMs = RATE.secondMs * Math.max(1, Math.floor((resumedAt - wall) / 1_000));
		const count = Math.max(1, this.#countWithin(wall - windowMs, wall));
		this.#rule = newRule(count, windowMs, now, RATE.dripsBeforeRaise);
	}

	#forget(now: number): void {
		while ((this.#sent[this.#gone] ?? Infinity) <= now - RATE.windowMs - RATE.mostLateMs) this.#gone++;
		if (this.#gone < 1000 || this.#gone < this.#sent.length / 2) return;
		this.#sent.splice(0, this.#gone);
		this.#gone = 0;
	}

	#countOfMinute(now: number): number {
		this.#forget(now);
		return this.#sent.length - this.#gone;
	}

	/** Later than `from`, up to `to`. */
	#countWithin(from: number, to: number): number {
		let count = 0;
		for (let at = this.#sent.length - 1; at >= this.#gone && (this.#sent[at] ?? 0) > from; at--) {
			if ((this.#sent[at] ?? 0) <= to) count++;
		}
		return count;
	}
}
