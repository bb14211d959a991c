/** What stands for an order in its row: the form of its link, hashes, and its fields, cut short. */
import fc from 'fast-check';
import { packedHash, packFields, sameLinkForm, sameLinkPattern } from '../../nodes/SmmPanel/book/digest';
import { BOOK } from '../../nodes/SmmPanel/panel/policies';

describe('two links are the same', () => {
	it.each([
		['https://www.Instagram.com/p/AbC/', 'instagram.com/p/AbC'],
		['http://instagram.com/p/AbC?igsh=MzRl&utm_source=x#comments', 'instagram.com/p/AbC'],
		['https://youtube.com/watch?v=a_B&utm_medium=y', 'https://www.youtube.com/watch?v=a_B'],
		[' https://t.me/name/ ', 't.me/name'],
		['https://example.com:8080/a', 'EXAMPLE.com:8080/a/'],
		['https://youtu.be/abc_1?si=x', 'https://m.youtube.com/watch?v=abc_1'],
		['https://twitter.com/a/status/1?s=20&t=z', 'x.com/a/status/1'],
		['https://www.tiktok.com/@a/video/1?is_from_webapp=1&sender_device=pc', 'https://tiktok.com/@a/video/1'],
		['https://instagram.com/p/x?igshid=1&fbclid=2', 'https://instagram.com:443/p/x'],
	])('%s and %s', (a, b) => expect(sameLinkForm(a)).toBe(sameLinkForm(b)));

	it.each([
		['https://instagram.com/p/AbC', 'https://instagram.com/p/abc'],
		['https://youtube.com/watch?v=a', 'https://youtube.com/watch?v=b'],
		['https://a.example.com/', 'https://b.example.com/'],
		['name', 'Name'],
		['https://example.com:8080/a', 'https://example.com/a'],
	])('but not %s and %s', (a, b) => expect(sameLinkForm(a)).not.toBe(sameLinkForm(b)));

	it('and the form does not change when it is formed again', () => {
		fc.assert(
			fc.property(fc.webUrl({ withQueryParameters: true }), (url) =>
				expect(sameLinkForm(sameLinkForm(url))).toBe(sameLinkForm(url)),
			),
		);
		expect(sameLinkForm('  name ')).toBe('name');
		expect(sameLinkForm('')).toBe('');
	});

	it('and the pattern finds every spelling', () => {
		const pattern = sameLinkPattern('https://www.instagram.com/p/AbC/?igsh=1');
		expect(pattern).toBe('%instagram.com/p/AbC%');
	});
});

describe('fields', () => {
	it('have a hash in which line ends and surrounding blanks do not count, and all else does', () => {
		const hashOf = (comments: string) => packedHash(packFields({ link: 'x', comments }));
		expect(hashOf(' a \r\nb\n')).toBe(hashOf('a\nb'));
		expect(new Set(['a\nb', 'a b', 'b\na', 'a\nb\nc'].map(hashOf)).size).toBe(4);
		expect(hashOf('long\n'.repeat(1000))).toMatch(/^[0-9a-f]{32}$/);
	});

	it('that are long become a count and a hash, and short ones stay', () => {
		const packed = JSON.parse(packFields({ link: 'x', comments: 'great post\n'.repeat(1000) })) as Record<
			string,
			unknown
		>;
		expect(packed).toMatchObject({
			link: 'x',
			comments: { lines: 1000, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
		});
	});

	it('never take more than 2 KB', () => {
		const fields = fc.dictionary(
			fc.string({ maxLength: 20 }),
			fc.string({ unit: 'grapheme', maxLength: 900 }),
			{ maxKeys: 60 },
		);
		fc.assert(
			fc.property(fields, (value) => {
				const json = packFields(value);
				expect(Buffer.byteLength(json)).toBeLessThanOrEqual(BOOK.mostFieldsBytes);
				expect(() => JSON.parse(json) as unknown).not.toThrow();
			}),
		);
	});
});
