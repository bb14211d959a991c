/** Keeps the key out of whatever a panel or a network says. */

/** What stands in place of the key. */
export const PLACEHOLDER = '[API key]';

/**
 * Takes the key out of texts before anyone can see it, however it is spelled there: as it is, URL-encoded, in the
 * escapes of JSON. Keys are dozens of characters long; what is short or nothing but digits is left alone, since it
 * could also be a part of an order's ID.
 */
export function redactor(key: string): (text: string) => string {
	if (key.length < 8 || /^\d{1,15}$/.test(key)) return (text) => text;
	const pattern = new RegExp([...key].map(spellings).join(''), 'g');
	return (text) => text.replace(pattern, PLACEHOLDER);
}

export const redact = (text: string, key: string): string => redactor(key)(text);

/** A pattern for one character in each of its spellings. */
function spellings(char: string): string {
	const code = char.charCodeAt(0);
	const percent =
		code < 128
			? `%${hex(code, 2)}`
			: isHalf(char)
				? '%'
				: encodeURIComponent(char).replace(/[A-F]/g, eitherCase);
	const unicode = [...Array(char.length).keys()].map((at) => `\\\\u${hex(char.charCodeAt(at), 4)}`).join('');
	const plain = char.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
	return `(?:\\\\?${plain}|${percent}|${unicode}${char === ' ' ? '|\\+' : ''})`;
}

/** Half of a surrogate pair: no character, and not to be encoded. */
const isHalf = (char: string) => /^[\ud800-\udfff]$/.test(char);

const hex = (code: number, length: number) =>
	code.toString(16).padStart(length, '0').replace(/[a-f]/g, eitherCase);
const eitherCase = (digit: string) => `[${digit.toLowerCase()}${digit.toUpperCase()}]`;
