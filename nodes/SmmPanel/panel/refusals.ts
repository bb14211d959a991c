/**
 * Refusals as panels word them: whole sentences in English and Turkish, collected from documentation, source code and
 * recorded replies. Whatever stands beside such a sentence makes the text another one. Spelled as `normalized` leaves
 * texts, with `#` for a number.
 */
import type { ErrorFamily } from './errors';

export type WordedFamily = Exclude<ErrorFamily, 'network' | 'protocol' | 'canceled'>;

interface Refusals {
	family: WordedFamily;
	sentences: readonly RegExp[];
}

const OF =
	'( (for|in|by|with|on|at|of|to) (this|the|that|your|selected|chosen) (\\w+ )?(service|category|type|order|link|panel|request|platform|url|account|user|moment|key)s?)*';
const WRONG =
	'(incorrect|invalid|wrong|bad|missing|unknown|unsupported|not valid|empty|disabled|inactive|no|no such|malformed|unrecognized)';
const NOT_RIGHT =
	'((incorrect|invalid|wrong|bad|missing|required|mandatory|empty|blank|unsupported|unknown|deleted|removed|disabled|inactive|malformed|too (short|long)|not (be )?(found|valid|supported|allowed|accepted|accessible|active|enabled|available|provided|set|correct|exist|recognized|specified|empty|public|working)|does ?n.?t exists?|does not exists?|can ?not be (empty|blank)|can.t be (empty|blank))( or (inactive|invalid|incorrect|disabled|missing|deleted|not (found|valid|available|active)))?)';
const MAY_BE =
	'( (is|are|was|were|has been|must be|you entered|provided|given|field|format|value|seems|seems to be|appears to be|you (have )?provided|you have entered))*';

const sentence = (source: string) => new RegExp(`^(?:${source})$`);

/** A noun that panels call wrong, on either side of the word that says so. */
const wrong = (noun: string): RegExp[] => [
	sentence(`(this |the |an? |your )*${WRONG} (${noun})( (id|provided|given|format|specified|value))?${OF}`),
	sentence(
		`(this |the |an? |your |selected |provided |entered |given |specified |requested |target |order )*(${noun})${MAY_BE} ${NOT_RIGHT}${OF}`,
	),
];

const LINK =
	'links?|urls?|usernames?|user name|profile|page|post|video|channel|media|target|link or username|instagram (link|username)';

const ENGLISH: readonly Refusals[] = [
	{
		family: 'rateLimit',
		sentences: [
			sentence(
				'too many (requests|attempts|api calls|api requests)( (sent|made|from (you|your ip)))?( (per|in a|in one|a) (second|minute|hour))?|(your )?requests? (are |is )?(coming )?too (fast|often|frequent|quick)(ly)?|(the )?(api )?rate.?limit( has been| was| is)?( exceeded| reached)?|(the )?requests? limit( has been| is)? (exceeded|reached)|you are sending requests too (fast|quickly)|you are sending too many requests|(maximum|max|only|limit of) # (api )?requests per (second|minute|hour)( (are )?allowed| exceeded)?|api (call )?(rate )?limit (reached|exceeded)|(please )?(reduce|limit) your requests?( rate)?|requests per (minute|second) limit exceeded',
			),
		],
	},
	{
		family: 'auth',
		sentences: [
			...wrong('(api |secret |access |user )*(key|token|credentials?)'),
			sentence(
				'(the |your )?(api )?(key|token) (is |was |has )?(been )?(expired|blocked|revoked|suspended|deactivated)|(your )?api (access )?(is |has been )?(disabled|not enabled|not allowed|blocked|denied|deactivated|suspended|restricted)( for (your|this) (account|user))?|unauthenticated|unauthori[sz]ed( (access|request))?|(access|permission) denied|authentication (failed|required|error)|authentication credentials were not provided|(you are )?not (authenticated|authori[sz]ed)|(you have )?no api access|key (does not exist|not found)|(user|account) not found|you must log in',
			),
			sentence(
				'(your |this |the )?(user |customer |client )?account (is |has been |was )?(currently )?(inactive|suspended|banned|blocked|disabled|locked|frozen|restricted|not active|not verified|deactivated|closed)|inactive account|(your )?user (is )?(inactive|blocked|banned)|you are (banned|blocked)|(your |this )?ip( address)? (\\S+ )?(is )?(not (allowed|whitelisted|on the list|authori[sz]ed)|blocked|banned)',
			),
		],
	},
	{
		family: 'funds',
		sentences: [
			sentence(
				'(neworder )?(error )?(you (have|do ?n.?t have|do not have) )?(not.?enough|insufficient|no|low|enough|sufficient|any)( (available|account|wallet|user))*( (funds?|balance|money|credits?))+( (to|for) (place|create|make|complete|cover|pay for|process)? ?(this|the|an|your)? ?(order|request|purchase|charge|price|amount))?( (on|in|to) (your |the )?(balance|account|wallet))?( (available|left))?',
			),
			sentence(
				'(your |the )?(account |available |current |wallet )?(balance|funds|credits?|money|wallet)( balance)? (is |are )?(too low|low|not enough|insufficient|not sufficient)( (to|for) (place |cover |create |make |complete )?(this|the|an|your) order)?|payment required|(please )?(add|deposit|top up|recharge) (more )?(funds|money|balance|your (account|balance|wallet))( to (your|the) (account|balance|wallet))?( to place (this|an|your) order)?|(your )?(order|charge|price|amount|total)( amount)? exceeds (your )?(available )?(funds|balance|credits?)|you are out of (funds|balance|credits?)|you (can ?not|can.t) afford this order',
			),
		],
	},
	{
		family: 'conflict',
		sentences: [
			sentence(
				'(you |there )?(already )?(have|has|is|exists|are) (already )?(an? |another |one )?((active|pending|running|open|unfinished|uncompleted|identical|same|duplicate|previous|existing)( order)?|orders?)( already)?( in progress| processing| running| being processed)*( (with|for|on|to) (this|the same|that|your|the) (link|url|username|page|profile|post))?',
			),
			sentence(
				'(an? )?(identical|duplicate|same|duplicated) (order|link|url)( (was )?(just )?(placed|exists|already exists|detected|found|not allowed|is not allowed))?|(neworder )?error (link duplicate|duplicate link)|link duplicate|(an? |the |another |your )*(active |previous |same )?order (with|for|on) (this|the same|that|your) (link|url|username|page) (is )?already (exists?|in progress|active|pending|processing|running)|(this |the )?(link|url) (is |has been )?already (in use|used|being processed|exists?|has an (active|order in progress)|in progress)|(this |the )?link already has an (active |pending )?order( in progress)?|you (have )?already (ordered|placed) (this|the same)( (service|order|link))?( (for|with|on) (this|the same|that) (link|url|page|username))?',
			),
			sentence(
				'(you )?(can ?not|can.t|can not) (place|add|create) (a )?(new |another |second )?orders? (with|for|on|to) the same (link|url|page)( (that is|until|while|which is) .{0,40}(active|completed|finished|processing|progress|done)( order)?)?|(please )?wait (until|for|till) (the |your |this |that )?(previous |current |active |first |last |other )?order( (is|being|to be|to|has been|gets|will be))*( (completed|complete|finished?|done|over))?|(please )?(you (must|have to|need to) )?wait (for )?(at least )?(# ?|a few |some )?(s|sec|second|seconds|min|minute|minutes|hour|hours|time)?( (before|between|until) .{0,60})?|(please )?slow down|(you are )?(ordering|placing orders) too (fast|quickly|often)',
			),
		],
	},
	{
		family: 'quantity',
		sentences: [
			...wrong('(order )?(quantity|amount|qty|count)'),
			sentence(
				'(the |your |order )*(quantity|amount|qty) ?(is |must be |must to be |should be |has to be |can ?not be |can.t be )?(less|more|lower|higher|below|above|greater|smaller|fewer|over|under|too (low|high|small|large|big)|between|at least|at most|out of range|a multiple of|(in )?multiples of|exceeds?|bigger|larger)( (than|or|equal to|to|the|is|of|service|allowed|our))*( (minimal|minimum|maximum|maximal|min|max)( (quantity|amount|limit|order|allowed|value))*)?( (of|is))?( ?#)?( ?(and|to|-|–) ?#)?( (characters|units|pieces))?',
			),
			sentence(
				'(the )?(min|max|minimum|maximum|minimal|maximal)( (order|allowed|quantity|amount|qty|number|limit|value))*( ?(is|:|=|must be|should be|for this service is|allowed is))? ?#( ?(and|,|/|-)? ?(the )?(min|max|minimum|maximum)( (order|allowed|quantity|amount|qty|limit))*( is|:)? ?#)?|(neworder )?error (min|max) quantity|(less|more|lower|greater|higher) than (the )?(service )?(min|max|minimum|maximum)( (quantity|amount))?( #)?|(quantity|amount|it|you) (does|did) ?(not|n.t) (meet|reach) the (min|max|minimum|maximum)( (quantity|amount|number))?|(quantity|amount|qty) (min|max)(imum)? #',
			),
		],
	},
	{
		family: 'service',
		sentences: [
			...wrong('services?( id| type)?s?'),
			sentence(
				'(this |the |selected )*service( id)? (#? ?)?(is )?(currently |no longer )?(inactive|disabled|not available|closed|not active|available|active)( .{0,3}(or not found|anymore))?|error (incorrect|invalid|inactive) service( id)?',
			),
		],
	},
	{
		family: 'order',
		sentences: [
			...wrong('orders?( ids?)?'),
			sentence(
				'(order( id)?|it) #?\\S{0,40} ?(was |is )?(not found|does not exist|invalid|incorrect)|error incorrect order id|(this |the )?order (does not|doesn.t|not) belongs? to (this|your) (api key|account|user)',
			),
		],
	},
	{
		family: 'refill',
		sentences: [
			...wrong('refills?( ids?| requests?| option)?'),
			sentence(
				'((this |the )?(order|service) )?(can ?not|can.?t) (be )?refill(ed)?( (this|the) order)?( yet)?|(the |this )?order (is )?not eligible for (a )?refill|(the )?order was completed or refill was requested less than # hours? ago|(this )?service (does not|doesn.t) support refills?|no refill( for this (order|service))?|refill can only be requested on an? completed or partial order|(there is )?already an open request for this order|refill (is )?not possible( (for|on) this (order|service))?|refill (has )?already (been )?(requested|in progress|completed)',
			),
		],
	},
	{
		family: 'cancel',
		sentences: [
			sentence(
				'((this |the )?order )?(can ?not|can.?t|unable to) (be )?cancel(l?ed)?( (this|the) order)?|(order )?cancel(l?ation)?( (is|option))* (not (available|allowed|possible|supported|enabled)|disabled|unavailable)( for this (order|service))?|no cancel(lation)?|(the |this )?order (is |has )?already (been )?cancell?ed|(this )?service (does not|doesn.t) support cancel(lation|s)?|there is already an open request for this order|(this |the )?order (is )?not cancell?able',
			),
		],
	},
	{
		family: 'link',
		sentences: [
			...wrong(LINK),
			sentence(
				'(the |your |this |target |instagram |tiktok |youtube |telegram |twitter |facebook )*(link|url|username|profile|page|post|account|user|video|channel|media|group)s?( (is|are|be|was|must be|must not be|has been))* (private|blocked|banned|black ?listed|too long|restricted|not public|public|suspended|not allowed|not found|deleted)( .{0,3}make it public)?|(the )?(user|account|profile|page|post|video|channel) (was )?(not found|does not exist|doesn.t exist)|(the )?account of the target user is (banned|blocked|private)|error link|neworder error link|error (invalid|incorrect) link',
			),
			sentence(
				'(the |your |this )*((link|url|profile|it) )?(must|should|has to|needs to) (be|start with|begin with|contain|point to) (an? |the )?(valid |public |full |correct |complete )*(\\w+ ){0,2}(link|url|post|profile|video|page|username|public|address|valid|https?)|(please )?(check|correct) (the |your )?(link|url)|only (\\w+ ){0,3}links? (are |is )?(allowed|accepted|supported)|(please )?(enter|provide|use|specify) (an? |the )?(valid |correct |public |full )*(\\w+ )?(link|url|username)',
			),
		],
	},
	{
		family: 'request',
		sentences: [
			...wrong(
				'(order )?(request|action|method|command|parameters?|params?|fields?|data|input|country|device|keywords?|comments?|hashtags?|usernames?|groups?|interval|runs|delay|expiry|date|posts|coupon|answer number|answer|type|mentions?|start at|drip ?feed|arguments?)',
			),
			sentence(
				'(the )?[\\w ]{1,30} (is|are|field is) (a )?required|(missing )?required (fields?|parameters?)( missing)?|validation (failed|error)|(please |you must )?(fill|enter) (in )?(all )?(the )?required fields|(there are )?missing required parameters|check your api manual|drip ?feed (is )?(not (available|allowed|supported)|disabled)( for this service)?|neworder error \\w+|error (incorrect|invalid|wrong|missing|bad) [\\w ]{1,24}|google keyword key missing|order limit (reached|exceeded)( for this api key)?|bad request|the given data was invalid|unprocessable entity|(daily )?(order )?limit (reached|exceeded)( for today)?|[\\w ]{1,20} must be (at least|at most|between|greater than|less than|an?|one of) [\\w# ]{1,30}|(maximum|max|up to|only) # (order|refill|id)s?( ids?)?( (are |is )?allowed)?( per request)?|too many (order |refill )?(ids?|orders|refills)( in one request)?',
			),
		],
	},
];

const TURKISH: readonly Refusals[] = [
	{
		family: 'rateLimit',
		sentences: [
			sentence(
				'cok (fazla|sik) istek( (gonderdiniz|gonderildi|yaptiniz|yapildi))?|istek (limiti|siniri)( asildi)?|cok hizli istek( gonderiyorsunuz)?',
			),
		],
	},
	{
		family: 'auth',
		sentences: [
			sentence(
				'(gecersiz|hatali|yanlis|eksik) (api )?(anahtar|key)\\S*|(api )?(anahtar|key)\\S* (gecersiz|hatali|yanlis|bulunamadi|eksik)(dir)?|yetkisiz( erisim)?|(kimlik dogrulama|yetkilendirme) (basarisiz|hatasi)|hesabiniz (askiya alin\\S*|pasif\\S*|kapali\\S*|devre disi|engellen\\S*|aktif degil)|(api )?erisim\\S* (reddedildi|engellendi|kapali|devre disi)',
			),
		],
	},
	{
		family: 'funds',
		sentences: [
			sentence(
				'(hesap )?bakiye(niz)? (yetersiz|yeterli degil|yetmiyor|yok)(dir)?|(hesabinizda )?yetersiz bakiye|(hesabinizda |hesapta )?yeterli bakiye(niz)? (yok|bulunm\\S*|mevcut degil)|(lutfen )?(hesabiniza )?bakiye yukleyin(iz)?|(bu siparis icin )?bakiyeniz (bu siparis icin )?(yetersiz|yeterli degil)',
			),
		],
	},
	{
		family: 'conflict',
		sentences: [
			sentence(
				'(zaten )?(bu (link|baglanti|url)\\S* (icin|ile|adresine) )?(zaten )?(aktif|devam eden|bekleyen|tamamlanmamis) (bir )?siparis\\S* (zaten )?(var|mevcut|bulun\\S*)|(bu (link|baglanti)\\S* (icin|ile) )?zaten (bir )?siparis\\S* (var|mevcut|bulun\\S*)|ayni (link|baglanti)\\S* (icin |ile )?(zaten )?(aktif|devam eden) (bir )?siparis\\S* (var|mevcut|bulun\\S*)|mukerrer (siparis|link)|(lutfen )?(onceki|mevcut) siparis\\S* (tamamlanmasini|bitmesini) bekleyin(iz)?|(lutfen )?# (saniye|dakika|saat) bekleyin(iz)?',
			),
		],
	},
	{
		family: 'cancel',
		sentences: [
			sentence('(bu )?(siparis )?iptal (edilemez|edilemiyor|edilemedi|mumkun degil|desteklenm\\S*)'),
		],
	},
	{
		family: 'refill',
		sentences: [
			sentence(
				'(bu (siparis|servis) icin )?(telafi|refill) (yok|bulunamadi|desteklenm\\S*|mevcut degil|kapali|edilemez|yapilamaz)',
			),
		],
	},
	{
		family: 'quantity',
		sentences: [
			sentence(
				'(siparis )?(miktar|adet)\\S* (gecersiz|hatali|yanlis|cok (dusuk|yuksek|fazla)|en (az|fazla) # olmali\\S*|# (ile|ve) # arasinda olmali\\S*|#\\S* (kucuk|buyuk|az|fazla) (olamaz|olmamali\\S*))|(gecersiz|hatali|yanlis) (miktar|adet)\\S*|(miktar|adet)\\S* (minimum|maksimum) (deger|miktar)\\S* (dusuk|yuksek|az|fazla|buyuk|kucuk)|(miktar|adet)\\S* (minimum|maksimum) (miktar|adet)\\S* esit veya daha (buyuk|kucuk) olmali\\S*|(minimum|maksimum|en az|en fazla|asgari|azami) (siparis )?(miktar|adet|siparis)\\S* #( (olmali|adet)\\S*| ?dir)?|(en az|en fazla|minimum|maksimum) # (adet )?(siparis (verebilirsiniz|verilebilir)|olmali\\S*)',
			),
		],
	},
	{
		family: 'service',
		sentences: [
			sentence(
				'(gecersiz|hatali|yanlis) (servis|hizmet)\\S*( id\\S*)?|(bu |secilen )?(servis|hizmet)\\S*( id\\S*)? (bulunamadi|gecersiz|aktif degil|pasif|kapali|mevcut degil|devre disi|hatali|yanlis)(dir)?',
			),
		],
	},
	{
		family: 'order',
		sentences: [
			sentence(
				'siparis\\S* (bulunamadi|mevcut degil|gecersiz)|(gecersiz|hatali|yanlis) siparis( id\\S*| numarasi)?',
			),
		],
	},
	{
		family: 'link',
		sentences: [
			sentence(
				'(gecersiz|hatali|yanlis|bozuk) (link|baglanti( adresi)?|url|adres|kullanici( adi)?|profil)|(girdiginiz |bu )?(link|baglanti|url|profil|kullanici( adi)?|hesap)( alani)? (gecersiz|hatali|yanlis|gizli|zorunlu|bos|dogru degil|bulunamadi)(dir)?|(link|baglanti) alani (zorunlu|bos (olamaz|birakilamaz))\\S*',
			),
		],
	},
	{
		family: 'request',
		sentences: [
			sentence(
				'(gecersiz|hatali|yanlis) (istek|islem|parametre|veri|ulke|yorum)|(zorunlu|eksik) (alan|parametre)\\S*|[\\w ]{1,24} alani (zorunludur|zorunlu|bos birakilamaz)',
			),
		],
	},
];

const ALL = [...ENGLISH, ...TURKISH];

/** The family of a refusal that is exactly one of the collected sentences. */
export const sentenceFamily = (text: string): WordedFamily | undefined =>
	ALL.find(({ sentences }) => sentences.some((known) => known.test(text)))?.family;
