/** Texts from bytes, in the encoding that a panel says, or that fits. */

const charsetIn = (contentType: unknown): string | undefined =>
	typeof contentType === 'string' ? /charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1] : undefined;

function decoded(bytes: Uint8Array, charset: string, fatal: boolean): string | undefined {
	try {
		return new TextDecoder(charset, { fatal }).decode(bytes);
	} catch {
		return undefined;
	}
}

/**
 * A body as text: UTF-8 where it is that, else the charset of the content type, else windows-1254, which Turkish panels
 * write as iso-8859-9. What is no bytes comes back as it is, or as JSON.
 */
export function decodeBody(body: unknown, contentType: unknown): string {
	if (typeof body === 'string') return body;
	if (!(body instanceof Uint8Array || body instanceof ArrayBuffer)) return JSON.stringify(body ?? '');
	const bytes = body instanceof ArrayBuffer ? new Uint8Array(body) : body;
	const utf8 = decoded(bytes, 'utf-8', true);
	if (utf8 !== undefined) return utf8;
	const charset = charsetIn(contentType);
	const named =
		charset === undefined || /^utf-?8$/i.test(charset) ? undefined : decoded(bytes, charset, false);
	return named ?? decoded(bytes, 'windows-1254', false) ?? '';
}
