/** A short fingerprint (FNV-1a) of settings that need not, or must not, be stored as they are. */
export function fingerprint(text: string): string {
	let hash = 0x811c9dc5;
	for (const unit of text) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193);
	return (hash >>> 0).toString(36);
}
