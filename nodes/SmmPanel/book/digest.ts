/** Hashes that tell values apart, and the forms in which links and fields are compared and kept. */
import { createHash } from 'node:crypto';
import { isObject, parseJson } from '../panel/json';
import { BOOK } from '../panel/policies';
import { parseUrl } from '../panel/transport';

/** 128 bits: no two of all orders of the world share one by chance, and three of them fit into a row. */
const HASH_LENGTH = 32;

/** One hash of all parts, in which their borders count: ('a', 'bc') and ('ab', 'c') differ. */
export const digest = (...parts: ReadonlyArray<string | number>): string =>
	createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, HASH_LENGTH);

/** Parameters that apps add when a link is shared: everywhere, and at one host only. */
const TRACKING = /^(igsh|igshid|fbclid|si|mibextid|utm_.*)$/i;
const TRACKING_AT: Readonly<Record<string, RegExp>> = {
	'tiktok.com': /^(_r|_t|is_from_webapp|sender_device)$/i,
	'x.com': /^[st]$/i,
};

/**
 * The form in which two links to the same thing are equal: host without case, `www.` and `m.`, without scheme, fragment,
 * last slash and what apps add when they share it; `youtu.be/ID` as `youtube.com/watch?v=ID`, `twitter.com` as `x.com`.
 * What is no address, such as a username, is only trimmed.
 */
export function sameLinkForm(link: string): string {
	const text = link.trim();
	const address = /^https?:\/\//i.test(text) ? text : `https://${text}`;
	if (!/^https?:\/\/[^\s/?#]+\.[^\s/?#]+/i.test(address)) return text;
	const url = parseUrl(address);
	if (url === undefined) return text;
	const host = url.host.replace(/^(www\.|m\.)+/, '').replace(/^twitter\.com$/, 'x.com');
	const path = url.pathname.replace(/\/+$/, '');
	const kept = url.search
		.slice(1)
		.split('&')
		.filter((pair) => {
			const name = pair.split('=')[0] ?? '';
			return pair !== '' && !TRACKING.test(name) && TRACKING_AT[host]?.test(name) !== true;
		});
	if (host === 'youtu.be' && path.length > 1)
		return `youtube.com/watch?${[`v=${path.slice(1)}`, ...kept].join('&')}`;
	return `${host}${path}${kept.length > 0 ? `?${kept.join('&')}` : ''}`;
}

/** What `sameLinkForm` writes differently from how people do: escapes, and hosts with other than Latin letters. */
const REWRITTEN = [/%[\dA-Fa-f]{2}/g, /xn--[a-z\d-]+/g];

/** SQLite refuses patterns of 50,000 bytes; by the first characters more links are found, never fewer. */
const MAX_PATTERN = 1_000;

/** A pattern for `ilike` that finds every spelling of a link, and perhaps others: compare the forms of what it finds. */
export function sameLinkPattern(link: string): string {
	const form = sameLinkForm(link);
	// What has two addresses is found by what these have in common
	const [, video] = /^youtube\.com\/watch\?(?:.*&)?v=([\w-]+)/.exec(form) ?? [];
	const common = video ?? form.replace(/^x\.com(?=\/)/, '').split('?')[0] ?? '';
	const text = REWRITTEN.reduce((rewritten, part) => rewritten.replace(part, '%'), common);
	return `%${text.slice(0, MAX_PATTERN).replace(/[\uD800-\uDBFF]$/, '')}%`;
}

type Summary = { lines: number; sha256: string };

const summary = (text: string): Summary => ({
	lines: text.split('\n').filter((line) => line.trim() !== '').length,
	sha256: createHash('sha256').update(text).digest('hex'),
});

/** Tells orders apart by every field that is sent; line ends and surrounding blanks make no other order. */
export const fieldsHashOf = (fields: Readonly<Record<string, string>>): string =>
	digest(
		'fields',
		...Object.entries(fields)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.flatMap(([name, value]) => {
				const lines = value.trim().split(/\r\n?|\n/);
				return [name, lines.map((line) => line.trim()).join('\n')];
			}),
	);

/** Under which `fields` keeps the hash of all fields: no field of a panel has such a name. */
const HASH = '#';

/** The hash that `packFields` has written; undefined where a person has written over it. */
export function packedHash(packed: string): string | undefined {
	const fields = parseJson(packed);
	const hash = isObject(fields) ? fields[HASH] : undefined;
	return typeof hash === 'string' ? hash : undefined;
}

/**
 * Fields as JSON of at most 2 KB, with the hash of all of them: the longest texts are replaced by their number of lines
 * and a hash.
 */
export function packFields(fields: Readonly<Record<string, string>>): string {
	const hash = fieldsHashOf(fields);
	const packed: Record<string, string | Summary> = { ...fields, [HASH]: hash };
	const byLength = Object.entries(fields).sort(([, a], [, b]) => b.length - a.length);
	for (const [name, value] of byLength) {
		const json = JSON.stringify(packed);
		if (Buffer.byteLength(json) <= BOOK.mostFieldsBytes) return json;
		packed[name] = summary(value);
	}
	const json = JSON.stringify(packed);
	if (Buffer.byteLength(json) <= BOOK.mostFieldsBytes) return json;
	return JSON.stringify({ fields: byLength.length, ...summary(JSON.stringify(fields)), [HASH]: hash });
}
