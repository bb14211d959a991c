/**
 * Refusals as panels word them: whole sentences in English and Turkish, each of them from documentation, source code or
 * a recorded reply. Whatever stands beside such a sentence makes the text another one, which refuses nothing.
 */
import type { ErrorFamily } from './errors';

export type WordedFamily = Exclude<ErrorFamily, 'network' | 'protocol' | 'canceled'>;

/** What requests consist of, by the family of its remedy: panels call it wrong, or miss it. */
const NOUNS: ReadonlyArray<readonly [WordedFamily, string]> = [
	['auth', 'api key | key | credentials | api anahtari'],
	['quantity', 'quantity | miktar'],
	['service', 'service | service id | servis | servis id'],
	['order', 'order | order id'],
	['refill', 'refill'],
	['link', 'link | link format | username | baglanti'],
	['request', 'request | action | country | comments | istek'],
];

const WRONG = '(?:incorrect|invalid|wrong|bad|missing|disabled|gecersiz|hatali)';
const IS_WRONG =
	'(?:incorrect|invalid|disabled|required|inactive|not found|not available|does not exists?|(?:inactive or not found|not found or inactive)|gecersiz|hatali|bulunamadi)';

/** As `sentenceOf` spells them: without articles, `#` for a number. */
const SENTENCES: ReadonlyArray<readonly [WordedFamily, string]> = [
	[
		'rateLimit',
		`too many requests | too many attempts | requests too fast | rate limit exceeded
		| cok fazla istek | cok fazla istek gonderdiniz`,
	],
	[
		'auth',
		`api access disabled | api is disabled | unauthenticated | unauthorized | access denied
		| authentication credentials were not provided | account is inactive | account has been suspended
		| account is suspended | account restricted | account frozen | ip is not whitelisted`,
	],
	[
		'funds',
		`neworder error not enough funds | not enough funds on balance | you have insufficient balance
		| you don't have sufficient balance to place order | you do not have enough balance | not enough credits
		| not enough funds | insufficient balance | insufficient funds | low balance | you don't have enough balance
		| you do not have enough funds in account | not enough money | balance is too low
		| balance is not enough to place order | payment required | top up account to place order | top up balance
		| bakiyeniz yetersiz | yetersiz bakiye | hesapta yeterli bakiyeniz yok | bakiye yukleyin
		| bakiyeniz bu siparis icin yeterli degil`,
	],
	[
		'conflict',
		`you have active order with link | there is already order for link | identical order was just placed
		| duplicate order | duplicate order detected | neworder error link duplicate
		| order with link is already in progress | you already ordered service for link
		| you can not place new order with same link that is active processing order
		| wait until order being completed | wait # minutes | wait # seconds before next order | slow down
		| bu link icin aktif bir siparisiniz var | bu link icin aktif siparisiniz var
		| bu link icin aktif siparisiniz bulunmaktadir`,
	],
	[
		'quantity',
		`quantity less than minimal # | quantity more than maximum # | quantity must be between # and #
		| quantity out of range | quantity must to be greater than or equal to minimum amount # | quantity must be at least #
		| quantity must to be less than or equal to maximum amount # | quantity is less than minimum of #
		| quantity exceeds maximum # | minimum quantity is # | min # max # | min # | max #
		| quantity field must be at least # | neworder error min quantity | neworder error max quantity
		| you did not meet minimum number | miktar en az # olmalidir | miktar minimum degerden dusuk
		| miktar minimum miktara esit veya daha buyuk olmalidir | minimum miktar # olmalidir | minimum miktar #
		| minimum siparis miktari #`,
	],
	['service', 'service is currently inactive'],
	['order', 'order does not belong to api key'],
	[
		'refill',
		`refill is disabled for service | order was completed or refill was requested less than # hours ago
		| service does not support refill | refill can only be requested on completed or partial order
		| there is already open request for order`,
	],
	['cancel', 'cannot cancel | cancel not available | order has already started and cannot be cancelled'],
	[
		'link',
		`instagram account is blocked | link is private | account is private | account of target user is banned
		| neworder error link | link must be valid url | enter valid link`,
	],
	[
		'request',
		`method not allowed | field required | link field is required
		| you must fill in required fields | there are missing required parameters | check api manual
		| google keyword key missing | order limit reached for api key | order limit reached for today
		| runs must be at least # | max # orders | maximum # orders | maximum # order ids | too many orders
		| too many order ids`,
	],
];

interface Known {
	family: WordedFamily;
	/** The sentence, or the noun. */
	words: string;
	fits(sentence: string): boolean;
}

const eachIn = (
	rows: ReadonlyArray<readonly [WordedFamily, string]>,
	fitting: (words: string) => Known['fits'],
): Known[] =>
	rows.flatMap(([family, texts]) =>
		texts.split(/\s*\|\s*/).map((text) => {
			const words = text.replace(/\s+/g, ' ').trim();
			return { family, words, fits: fitting(words) };
		}),
	);

export const REFUSALS: readonly Known[] = [
	...eachIn(SENTENCES, (words) => (sentence) => sentence === words),
	...eachIn(NOUNS, (noun) => {
		const wrong = new RegExp(
			`^(?:error )?${WRONG} ${noun}$|^(?:selected )?${noun} (?:is |are )?${IS_WRONG}$`,
		);
		return (sentence) => wrong.test(sentence);
	}),
];

/** The spelling in which sentences are compared, from a text as `normalized` leaves it. */
export const sentenceOf = (text: string): string =>
	text
		.replace(/^(error|hata|err|errors|api error|warning)( code)?( #)?\s*[:\-–] */, '')
		.replace(/(?<![a-z])\d[\d.,]*(?![a-z])/g, '#')
		.replace(/\b(?:the|this|your|an?|please) /g, '')
		.replace(/[.!?…;,:#'\s-]+$/, (end) => (end.includes('#') ? ' #' : ''))
		.replace(/\s+/g, ' ')
		.trim();

/** The family of a refusal that is exactly one of the collected sentences. */
export const sentenceFamily = (text: string): WordedFamily | undefined => {
	const sentence = sentenceOf(text);
	return REFUSALS.find(({ fits }) => fits(sentence))?.family;
};
