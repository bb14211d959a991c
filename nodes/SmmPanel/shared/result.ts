import type { Problem } from './problems';

/** A value, or why there is none. The nodes' one way to say "or it failed": only a PanelError is ever thrown. */
export type Result<T, P = Problem> = { ok: true; value: T } | { ok: false; problem: P };

export const success = <T>(value: T): Result<T, never> => ({ ok: true, value });
export const failure = <P>(problem: P): Result<never, P> => ({ ok: false, problem });
