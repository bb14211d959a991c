/** What a panel's words say: a refusal as a whole, trouble after which an order may be paid, or just a subject. */
import { PLACEHOLDER } from './redaction';
import { sentenceFamily, type WordedFamily } from './refusals';

/** What users type comes back in the panels' words: an address is no word of theirs. */
const ADDRESSES =
	/(?:\b(?:at|on|via|by) )?[\w.+-]+@[\w-]+\.[\w.-]+|\bhttps?:\/\/\S+|\bwww\.\S+|\b[\w-]+\.[a-z]{2,6}\/\S*/g;

const LONGEST_TEXT = 1000;

/**
 * One spelling for comparison: small letters without accents (`ş` is `s`, `ı` is `i`), `.`, `_` and `-` inside of codes
 * as spaces, no addresses, no key, no quotation marks, and without courtesy.
 */
export function normalized(panelText: string): string {
	const plain = panelText
		.slice(0, LONGEST_TEXT)
		.replaceAll(PLACEHOLDER, ' ')
		.replace(
			/\b(contact|email|e-mail|write|mail)( to)?( us)?( at)?:? [\w.+-]+@[\w-]+\.[\w.-]+/gi,
			'contact support',
		)
		.toLowerCase()
		.replace(ADDRESSES, ' ')
		.normalize('NFKD')
		.replace(/[\p{M}\p{Cf}]/gu, '')
		.replace(/ı/g, 'i')
		.replace(/[’`´]/g, "'")
		.replace(/["“”«»*()[\]]/g, ' ')
		.replace(/(?<=\p{L})[._-](?=\p{L})|_/gu, ' ')
		.replace(/\s+/g, ' ');
	return withoutCourtesy(plain.trim());
}

const SUPPORT =
	'((our |the |your |panel |site )*(support|admins?|administrators?|customer (service|support|care)|help ?desk|tech support|technical support|us|staff|live chat)( team)?)';
const COURTESY = [
	`(contact|reach out to|reach|message|email|write to|ask|call|inform|talk to|chat with|get in touch with) ${SUPPORT}( (for|to get) (help|assistance|support|more (information|details)))?( (by|via|on|at) (e-?mail|telegram|whatsapp|ticket|live chat))?`,
	`(open|create|submit|send)( us)? an? (support )?ticket( (to|with) ${SUPPORT})?|support ticket`,
	'(try|retry)( it)?( once)?( again)?( (later|soon|shortly))?( (in|after) (a (few |little )?|some |few |\\d+ ?)(moments?|seconds?|minutes?|while|hours?|min|sec|s))?|(check|correct) (it|this|your (data|input|details))|(and )?(try|retry) again',
	'(many )?thanks?( you)?( in advance)?( for ((your|choosing|using|contacting) )*(patience|understanding|order|business|us|our (service|panel)s?|cooperation))?( very much)?',
	"(we( are|'re) )?(very |so |really )?sorry( for (the|any) inconvenience)?|we apologi[sz]e( for (the|any) inconvenience)?|apologies|oops|unfortunately",
	'dear (customer|client|user|reseller|sir|member)|hello|hi( there)?|hey|have a (nice|great|good) day|(best|kind) regards|regards|good luck|you are welcome',
	'(if (this|the) (problem|issue|error)|if it) (persists|continues)|need help|(do you )?have (any )?questions?|if you (have (any )?questions|need (any )?(help|assistance))|for (more|further|any) (information|info|details|help|assistance|questions)|kindly|please',
	'(destek|yonetici|yonetim|musteri hizmetleri|destek ekib\\S*|destek ekibimiz\\S*)( ile| ekibi ile| ekibiyle)? (iletisime gecin(iz)?|ulasin(iz)?|bildirin(iz)?)|(bizimle|destek ekibiyle|yoneticiyle) iletisime gecin(iz)?|destek talebi (olusturun|acin)(uz|iz)?|destege (yazin|ulasin|basvurun)(iz)?',
	'(daha sonra|birazdan|sonra|bir sure sonra|az sonra)? ?(tekrar|yeniden) (deneyin(iz)?|dene)|tesekkur(ler| ederiz| ederim)|(cok )?ozur dileriz|uzgunuz|maalesef|sayin (musterimiz|uyemiz|kullanici)|degerli (musterimiz|uyemiz)|iyi (gunler|calismalar)|lutfen|merhaba',
].join('|');
const NEED =
	'(?: (?:if you need (?:any )?(?:help|assistance)|for (?:more )?(?:help|details|information|assistance)))?';
const POLITE = '(?:(?:please|kindly|lutfen|and|or|then|so|ve|veya|also) )*';
const COURTEOUS = new RegExp(
	`^${POLITE}(?:${COURTESY})${NEED}(?: (?:and|or|then|ve|veya) ${POLITE}(?:${COURTESY})${NEED})*$`,
);
/** Courtesy behind a sentence without a mark between them begins with "please". */
const AT_END = new RegExp(
	`(?:^| )(?:please|kindly|lutfen|and|or|ve) (?:${COURTESY})${NEED}(?: (?:and|or|ve) ${POLITE}(?:${COURTESY}))*$`,
);
const AT_START = /^(?:please|kindly|lutfen|sorry|unfortunately|oops|maalesef|uzgunuz)[,!.:]? /;
const MARKS = /(\s*(?:[.!?…;,|\n]+|:|\s[-–—])(?:\s+|$))/;

/** Parts of a text that only are polite are cut off once, before anything is looked at. */
function withoutCourtesy(text: string): string {
	const parts = text.split(MARKS);
	const kept: string[] = [];
	for (let at = 0; at < parts.length; at += 2) {
		const part = parts[at]?.trim() ?? '';
		if (part === '' || COURTEOUS.test(part)) continue;
		kept.push(part.replace(AT_END, '').replace(AT_START, '').trim(), parts[at + 1]?.trim() ?? '');
	}
	return kept
		.join(' ')
		.replace(/ (?=[.!?…;,|:])/g, '')
		.trim();
}

/**
 * Words of trouble: whatever else a reply says, the panel, or what stands behind it, may have taken the order. Collected
 * from replies of panels that had debited an order before they answered so.
 */
const TROUBLE: ReadonlyArray<readonly [string, RegExp]> = [
	['time', /time ?out|timed? ?out|deadline exceeded|took too long|zaman asimi/],
	[
		'transport',
		/connect(ion|ing)?\b|socket|network|\bcurl|fetch failed|\becon|\betimedout|\bdns\b|gateway|unreachable|empty reply|reset by peer|status code|http (error )?(code )?5\d\d|broken pipe|handshake|\bssl\b|\btls\b|no response|not respond|baglanti (hatasi|kurulamadi|kesildi)/,
	],
	[
		'storage',
		/\bsav(ed?|ing)\b|\bstored\b|storage|\binsert|\bpersist|disk (full|quota)|no space|\bredis\b|record (created|found)|kaydedil/,
	],
	[
		'exception',
		/exception|stack ?trace|traceback|\bnull\b|undefined|cannot read|unexpected|fatal|internal|server error|unhandled|syntax error|went wrong|error (has )?occurred|an error|error (while|when|during)|while (placing|processing|creating)|unknown error|\bfail(ed|ure|s)?\b|\bcrash|out of memory|segmentation|call to a member|attempt to|class .{1,40} not found|warning:|notice:|hata olustu|bir hata|basarisiz/,
	],
	[
		'database',
		/database|\bsql|deadlock|lock wait|duplicate (entry|key)|constraint|\be11000\b|mongo|postgres|\bpdo\b|\bquery\b|\bcolumn\b|foreign key|\btransaction\b|veritabani/,
	],
	[
		'provider',
		/provider|supplier|upstream|vendor|third.?party|reseller|backend|external api|remote (api|server)|api error|partner|saglayici|tedarikci/,
	],
	[
		'queueing',
		/queue|will (be|start|begin)\b|being processed|has been (received|accepted|submitted|placed|created|sent|registered|charged|debited)|(order|request) (was |is |has |now )*(in progress|processing|pending|sent|in process|running|active)\b(?! order)|processing your|scheduled|in background|siraya|kuyruk|isleniyor|isleme alindi|isleme konuldu|devam ediyor|baslayacak/,
	],
	[
		'success',
		/success|^ok$|accomplished|congrat|(order|request)s? .{0,20}(received|accepted|submitted|placed|created|registered|added|taken|started|completed|confirmed)\b|\b(placed|created|accepted|charged|debited|deducted) (order|successfully|from)|order (id|number|no)? ?#? ?\d+ (created|placed|added)|basari(yla|li)|olusturuldu|alindi|olusturulmus|eklendi|tahsil/,
	],
];

/** The panel's own word that this order was not made is no word of success. */
const DENIED =
	/(could|can|was|is|were|has|have|will)( ?not|n't) (been |be |yet )*(placed|created|processed|accepted|added|submitted|received|charged|completed|debited)|not (placed|created|charged|accepted|supported)|unsuccessful(ly)?|olusturulamadi|alinamadi/g;
/** An order that was there before is spoken of by refusals as well. */
const EARLIER =
	/(already )?(have|has|is|exists|are)( already)? (an? |another )?(active|pending|running|open) order( in progress)?|order .{0,40}already (exists?|in progress|active|pending|processing|running)|(wait|bekle)\w* .{0,40}(order|siparis)\S* .{0,20}(completed|finished|done)|identical order was just placed|you (have )?already (ordered|placed)|(order was )?completed or (refill|partial)/g;

/** The kind of trouble that a normalized text speaks of; undefined where there is none. */
export function troubleIn(text: string): string | undefined {
	const left = text.replace(DENIED, ' ');
	if (refusalOf(text) !== undefined) return undefined;
	return TROUBLE.find(([, words]) => words.test(left.replace(EARLIER, ' ')))?.[0];
}

/** Sentences that are refusals, alone or split by their inner marks. */
function familiesIn(sentence: string): Array<WordedFamily | undefined> {
	if (sentence.trim() === '') return [];
	const family = sentenceFamily(sentence);
	if (family !== undefined) return [family];
	const parts = sentence
		.split(/[,:|]\s+|\s[-–—]\s|\s*\/\s+|\sand (?=the )/)
		.filter((part) => part.trim() !== '');
	return parts.length > 1 ? parts.flatMap((part) => familiesIn(part)) : [undefined];
}

/** The family of a normalized text in which every sentence is a collected refusal; undefined for any other. */
export function refusalOf(text: string): WordedFamily | undefined {
	const found = text.split(/[.!?…;\n]+(?:\s|$)/).flatMap((sentence) => familiesIn(sentence.trim()));
	return found.length > 0 && !found.includes(undefined) ? found[0] : undefined;
}

/** Names the subject of words that nobody has collected; says nothing about what was done. */
const MENTIONS: ReadonlyArray<readonly [WordedFamily, RegExp]> = [
	['maintenance', /service (is )?(temporarily )?(unavailable|overload|busy)|maintenance|overload|bakim/],
	['rateLimit', /too many requests|rate.?limit/],
	['funds', /not.?enough|insufficient|\bfunds\b|bakiye/],
	['conflict', /active order|duplicate/],
	['refill', /refill/],
	['cancel', /cancel/],
	['quantity', /quantity|minimal|minimum|maximum|\b(min|max)\b|amount/],
	['service', /service/],
	['order', /order.?id|order not found/],
	['link', /link|\burl\b/],
];

/** The family of a panel's own error text, for the remedy; `request` where not even its subject is known. */
export function familyOf(panelText: string): WordedFamily {
	const text = normalized(panelText);
	// Nothing but "try again later": it passes
	if (text === '' && /again|later|tekrar|yeniden/i.test(panelText)) return 'maintenance';
	const refusal = refusalOf(text);
	if (refusal !== undefined) return refusal;
	const trouble = troubleIn(text);
	if (trouble !== undefined && !['queueing', 'success'].includes(trouble)) return 'maintenance';
	return MENTIONS.find(([, words]) => words.test(text))?.[0] ?? 'request';
}

/** More IDs in one request than this panel takes. */
const LIST_TOO_LONG =
	/\b(max(imum)?|up to|only) \d+ (order|refill|id)s?( ids?)?\b|too many (order|refill)?s? ?(ids?|orders|refills)\b/;

/** How many IDs a panel takes that has refused a list of `asked`; undefined where it refused for another reason. */
export function listLimitIn(panelText: string, asked: number): number | undefined {
	if (!LIST_TOO_LONG.test(normalized(panelText))) return undefined;
	const named = Number(/\d+/.exec(panelText)?.[0] ?? 0);
	return named >= 1 && named < asked ? named : Math.ceil(asked / 2);
}
