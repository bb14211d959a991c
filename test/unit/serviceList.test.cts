/** The list a service is chosen from: what can be seen of each line, and which lines come first. */
import { ranked, labelsOf, SEEN_LETTERS } from '../../nodes/SmmPanel/methods/services';
import type { Service } from '../../nodes/SmmPanel/panel/schemas';
import { matchesWords, searchWords } from '../../nodes/SmmPanel/shared/services';
import { catalogueOf, LIKES } from './placing/orders.cts';

const servicesOf = (...rows: object[]): Service[] =>
	catalogueOf(...rows.map((row, at) => ({ ...LIKES, service: at + 1, ...row }))).services;
const labels = (...rows: object[]): string[] => {
	const services = servicesOf(...rows);
	return services.map(labelsOf(services));
};

describe('a line', () => {
	const name = 'Instagram Followers | Real Accounts | Instant | 20k/Day | 30 Days Refill';

	test.each<[string, object, string]>([
		['limits written short', { min: 15, max: 2_500_000 }, '1 · 2.5/1K · Likes · 15–2.5M'],
		['the type, where it is not the usual one', { type: 'Poll' }, '1 · 2.5/1K · Likes · 10–1K · Poll'],
		['no limits of a package', { min: 1, max: 1, type: 'Package' }, '1 · 2.5/1K · Likes · Package'],
		['one line of a name of several', { name: 'Likes\r\n- fast' }, '1 · 2.5/1K · Likes - fast · 10–1K'],
		['words instead of ornaments', { name: '🔥⚡ Likes ♻️ 30 Days' }, '1 · 2.5/1K · Likes 30 Days · 10–1K'],
		['a name of ornaments alone', { name: '🔥⚡' }, '1 · 2.5/1K · 🔥⚡ · 10–1K'],
		['a tiny price in full', { rate: '0.00000010' }, '1 · 0.0000001/1K · Likes · 10–1K'],
		['a long ID last', { service: 'via_viet_2fa_1000' }, '2.5/1K · Likes · 10–1K · via_viet_2fa_1000'],
		['a long name that no other begins like', { name }, `1 · 2.5/1K · ${name} · 10–1K`],
	])('has %s', (_what, row, expected) => expect(labels(row)).toEqual([expected]));

	test('shows beginning and end of names that begin alike', () => {
		const [first, second] = labels({ name }, { name: name.replace('30', '365') });
		expect(first).toMatch(/^1 · 2\.5\/1K · Instagram Followers \| .* … .*30 Days Refill · 10–1K$/);
		expect(first?.split(' · ')[2]?.length).toBeLessThanOrEqual(SEEN_LETTERS);
		expect(second?.slice(0, SEEN_LETTERS)).toContain('365 Days Refill');
	});

	test('shows the part that differs, with the currency', () => {
		const names = ['20k/Day', '50k/Day'].map((pace) => name.replace('20k/Day', pace));
		const services = servicesOf(...names.map((own) => ({ name: own })));
		const seen = services.map((service) => labelsOf(services, 'TRY')(service).slice(0, SEEN_LETTERS));
		expect(seen[1]).toMatch(/^2 · 2\.5 TRY\/1K · Instagram .* … 50k\/Day/);
	});
});

describe('the order of what is found', () => {
	const names = (typed: string, ...rows: string[]) =>
		ranked(servicesOf(...rows.map((name) => ({ name }))), typed).map(({ name }) => name);
	const rows = ['Instagram Comment Likes', 'Likes for Instagram', 'Auto Instagram Likes', 'Instagram Likes'];

	test.each(['instagram likes', 'Instagram  LIKES', 'instagram like'])('is right for "%s"', (typed) => {
		expect(names(typed, ...rows)).toEqual([
			'Instagram Likes',
			'Auto Instagram Likes',
			'Instagram Comment Likes',
			'Likes for Instagram',
		]);
	});

	test.each([
		['begeni', 'Instagram Beğeni'],
		['instagram likes', '𝐈𝐧𝐬𝐭𝐚𝐠𝐫𝐚𝐦 Ⓛⓘⓚⓔⓢ'],
		['likes & views', 'Li\u200Bkes &amp; Views'],
		['TAKİPÇİ', 'takipçi'],
		['izlenme', 'İZLENME'],
		['kız', 'KIZ takipçi'],
		['luot thich', 'Tăng Lượt Thích'],
		['đanh gia', 'Đánh giá'],
	])('"%s" finds "%s", whatever letters a keyboard has', (typed, name) => {
		const [service] = servicesOf({ name });
		expect(service && matchesWords(service, searchWords(typed))).toBe(true);
		expect(names(typed, 'Something else', name)[0]).toBe(name);
	});

	test('has a service of the typed type, whatever its name', () => {
		const services = servicesOf({ name: 'Instagram Yorum', type: 'Custom Comments' }, {});
		const found = services.filter((service) => matchesWords(service, searchWords('instagram comments')));
		expect(found.map(({ service }) => service)).toEqual(['1']);
	});

	test('is the panel’s own for what fits equally, and without a search', () => {
		expect(names('likes', ...rows)).toEqual([rows[1], rows[0], rows[2], rows[3]]);
		expect(names(' ', ...rows)).toEqual(rows);
	});

	test('has the cheapest first among those that fit equally', () => {
		const services = servicesOf(
			{ name: 'Likes', rate: '3' },
			{ name: 'Likes', rate: '1' },
			{ name: 'Likes' },
		);
		expect(ranked(services, 'likes').map(({ rate }) => rate)).toEqual(['1', '2.5', '3']);
	});

	test.each([
		['likes refill', 'refill'],
		['likes telafi', 'refill'],
		['cancel likes', 'cancel'],
		['likes drip feed', 'dripfeed'],
		['likes dripfeed', 'dripfeed'],
	])('"%s" finds services by their flag, before names that only speak of it', (typed, flag) => {
		const services = servicesOf(
			{ name: 'Likes no refill, telafi, cancel, drip feed, dripfeed', rate: '0.1', [flag]: false },
			{ name: 'Likes', [flag]: true },
			{ name: 'Likes', [flag]: false },
		);
		const found = services.filter((service) => matchesWords(service, searchWords(typed)));
		expect(ranked(found, typed).map(({ service }) => service)).toEqual(['2', '1']);
	});

	test('has the service of the typed ID first', () => {
		expect(ranked(servicesOf({ name: '3 Likes' }, {}, {}), '3')[0]?.service).toBe('3');
	});
});
