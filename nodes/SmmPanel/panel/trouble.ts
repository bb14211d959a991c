/**
 * Words of trouble: whatever else a reply says, the panel, or what stands behind it, may have taken the order. Spelled
 * as `normalized` leaves texts. Collected from replies of panels that had debited an order before they answered so.
 */
const TROUBLE: ReadonlyArray<readonly [string, RegExp]> = [
	[
		'time',
		/time ?out|timed? ?out|deadline exceeded|took too long|zaman asimi|tempo (esgotado|limite)|tiempo (de espera|agotado)|время ожидания|таимаут/,
	],
	[
		'transport',
		/connect(ion|ing)?\b|socket|network|\bcurl|fetch failed|\becon|\betimedout|\bdns\b|gateway|unreachable|empty reply|reset by peer|status code|http (error )?(code )?5\d\d|broken pipe|handshake|\bssl\b|\btls\b|no response|not respond|baglanti (hatasi|kurulamadi|kesildi)|conexao|conexion|соединени/,
	],
	[
		'storage',
		/\bsav(ed?|ing)\b|\bstored\b|storage|\binsert|\bpersist|disk (full|quota)|no space|\bredis\b|record (created|found)|kaydedil|\bsalv(o|ar|ou)\b|guardar|сохран/,
	],
	[
		'exception',
		/exception|stack ?trace|traceback|\bnull\b|undefined|cannot read|unexpected|fatal|internal|server error|unhandled|syntax error|went wrong|\boops\b|error (has )?occurred|an error|error (while|when|during)|while (placing|processing|creating)|unknown error|\bfail(ed|ure|s)?\b|\bcrash|out of memory|segmentation|call to a member|attempt to|class .{1,40} not found|warning:|notice:|hata olustu|bir hata|ocorreu um erro|erro (interno|inesperado)|ocurrio un error|error (interno|inesperado)|произошла ошибка|внутренн|неизвестная ошибка/,
	],
	[
		'database',
		/database|\bsql|deadlock|lock wait|duplicate (entry|key)|constraint|\be11000\b|mongo|postgres|\bpdo\b|\bquery\b|\bcolumn\b|foreign key|\btransaction\b|veritabani|banco de dados|base de datos|баз[аы] данных/,
	],
	[
		'provider',
		/provider|supplier|upstream|vendor|third.?party|reseller|backend|external api|remote (api|server)|api error|partner|saglayici|tedarikci|fornecedor|provedor|proveedor|поставщик|провайдер/,
	],
	[
		'queueing',
		/queue|will be (processed|placed|delivered|started|sent|executed)|being processed|has been (received|accepted|submitted|placed|created|sent|registered|charged|debited)|(order|request) (was |is )?(received|accepted|submitted|placed|created|registered|processing|pending|sent|in process)|processing your|scheduled|in background|siraya|kuyruk|isleniyor|isleme alindi|\bna fila\b|processand|en cola|procesand|очеред|обрабатыва/,
	],
	[
		'success',
		/success|\bok\b|thank|^order #?\d+|\border (id )?\d+ (created|placed|accepted)|\b(charged|debited|deducted)\b|basarili|basariyla|olusturuldu|siparisiniz alindi|tesekkur|sucesso|criad[oa]|obrigad|exito|cread[oa]\b|gracias|успешно|создан|принят|спасибо/,
	],
	['support', /contact|support|ticket|destek (ekib|talebi)|desteg|suporte|soporte|поддержк/],
	[
		'moment',
		/temporar|right now|at the moment|overload|\bbusy\b|maintenance|unavailable|gecici|bakim|manutencao|mantenimiento|технические работы|временно|sunucu|servidor|сервер/,
	],
];

/** "Try again" alone says that it did not work now; with a collected refusal it is politeness. */
const AGAIN =
	/try again|retry|again later|\blater\b|tekrar dene|tente novamente|int[e]ntel?o|intente|попробуите/;

/** The panel's own word that this order was not made is no word of success. */
const DENIED =
	/(could|can|was|is|were|has|have)( ?not|n't) (been |be )?(placed|created|processed|accepted|added|submitted|received|charged|completed)|not (placed|created|charged|accepted)|unsuccessful(ly)?|olusturulamadi|nao foi (criad|process)\S*|no (se pudo|fue) (crea|process|proces)\S*|не (создан|принят)\S*/g;

/** The kind of trouble that a normalized text speaks of; undefined where there is none. */
export function troubleIn(text: string): string | undefined {
	const told = text.replace(DENIED, ' ');
	return TROUBLE.find(([, words]) => words.test(told))?.[0];
}

export const saysTryAgain = (text: string): boolean => AGAIN.test(text);
