import type { Problem } from './problems';

/** A value, or why there is none. The nodes' one way to say "or it failed": only a PanelError is ever thrown. */
export type Result<T> = { ok: true; value: T } | { ok: false; problem: Problem };

export const success = <T>(value: T): Result<T> => ({ ok: true, value });
export const failure = (problem: Problem): { ok: false; problem: Problem } => ({ ok: false, problem });
