/**
 * Refusals in Turkish, Portuguese, Spanish and Russian, as panels publish them. Spelled as `normalized` leaves them:
 * small letters without accents, `ı` as `i`, `й` as `и`.
 */
export type WordedFamily =
	| 'auth'
	| 'service'
	| 'funds'
	| 'conflict'
	| 'link'
	| 'quantity'
	| 'order'
	| 'refill'
	| 'cancel'
	| 'rateLimit'
	| 'request'
	| 'maintenance';

interface WordingAbroad {
	language: 'tr' | 'pt' | 'es' | 'ru';
	family: WordedFamily;
	refuses: RegExp;
}

const TURKISH: Array<[WordedFamily, RegExp]> = [
	['rateLimit', /cok (fazla|sik) istek|istek (limiti|siniri)|cok hizli istek/],
	[
		'auth',
		/(gecersiz|hatali|yanlis|eksik) (api )?(anahtar|key)\S*|api (anahtar|key)\S* .{0,12}(gecersiz|hatali|yanlis|bulunamadi|eksik)|yetkisiz|(kimlik dogrulama|yetkilendirme) (basarisiz|hatasi)|hesabiniz .{0,20}(askiya|pasif|kapali|devre disi|engellen|aktif degil)\S*|erisim (reddedildi|engellendi)|api erisim\S* .{0,12}(kapali|devre disi)/,
	],
	[
		'funds',
		/bakiye\S* .{0,12}(yetersiz|yeterli degil|yetmiyor|yok|bulunmuyor|bulunmamaktadir)|yetersiz bakiye|yeterli bakiye\S* (yok|bulunm\S*|mevcut degil)|bakiye yukle\S*/,
	],
	[
		'conflict',
		/(aktif|devam eden|bekleyen|tamamlanmamis|mevcut) (bir )?siparis\S*( (var|mevcut|bulun\S*))?|siparis\S* (zaten|halen|hala) (var|mevcut|devam|aktif|islemde)|zaten .{0,20}siparis\S*|ayni (link|baglanti)\S* .{0,30}siparis\S*|mukerrer (siparis|link)/,
	],
	['cancel', /iptal (edilemez|edilemiyor|edilemedi|mumkun degil|desteklenm\S*|hakki yok)/],
	['refill', /(telafi|refill) .{0,12}(yok|bulunamadi|desteklenm\S*|mevcut degil|kapali|edilemez|yapilamaz)/],
	[
		'quantity',
		/(miktar|adet|sayi)\S* .{0,28}(gecersiz|hatali|yanlis|dusuk|yuksek|fazla|olmali\S*|arasinda|kucuk|buyuk|asiyor)|(gecersiz|hatali|yanlis) (miktar|adet|sayi)\S*|(minimum|maksimum|en az|en fazla|asgari|azami) .{0,18}(miktar|adet|siparis|\d+)/,
	],
	[
		'service',
		/(gecersiz|hatali|yanlis) (servis|hizmet)\S*|(servis|hizmet)\S* .{0,14}(bulunamadi|gecersiz|aktif degil|pasif|kapali|mevcut degil|devre disi|hatali|yanlis)/,
	],
	['order', /siparis\S* (bulunamadi|mevcut degil|gecersiz)|(gecersiz|hatali|yanlis) siparis/],
	[
		'link',
		/(gecersiz|hatali|yanlis|bozuk) (link|baglanti adresi|baglanti|url|adres|kullanici|profil)\S*|(link|url|profil|kullanici|baglanti)\S* .{0,18}(gecersiz|hatali|yanlis|gizli|zorunlu|bos|dogru degil|bulunamadi)\S*/,
	],
	[
		'request',
		/(gecersiz|hatali|yanlis) (istek|islem|parametre|veri|ulke|yorum)\S*|(zorunlu|eksik) (alan|parametre)\S*|alan\S* (zorunlu|bos)\S*/,
	],
];

const PORTUGUESE: Array<[WordedFamily, RegExp]> = [
	['rateLimit', /muit[ao]s (requisicoes|solicitacoes|tentativas)|limite de (requisicoes|solicitacoes)/],
	[
		'auth',
		/(chave|token)( d[ae])?( api)? .{0,6}(invalid|incorret|ausente)\S*|nao autorizado|acesso negado|(sua|esta) conta .{0,16}(inativa|suspensa|bloqueada|desativada)/,
	],
	[
		'funds',
		/(saldo|fundos|creditos) (insuficiente|nao (e|sao) suficiente)\S*|(nao (ha|tem|possui)|sem) (saldo|fundos)( suficiente\S*)?|saldo (muito )?baixo|adicione (saldo|fundos)/,
	],
	[
		'conflict',
		/(pedido|ordem) (ativ[oa]|em andamento|pendente|duplicad[oa]|identic[oa])|ja (existe|possui|tem|ha) .{0,8}(pedido|ordem)( \S+)?( (em andamento|ativ[oa]))?|link duplicado/,
	],
	['cancel', /nao (pode|e possivel) (ser )?cancel\S*|cancelamento .{0,6}(nao|indisponivel)\S*/],
	['refill', /(reposicao|refil|recarga) .{0,6}(nao|indisponivel|desativad\S*|desabilitad\S*)/],
	[
		'quantity',
		/quantidade .{0,22}(invalida|incorreta|minima|maxima|menor|maior|abaixo|acima|entre)|(invalida|incorreta) quantidade|(minim[oa]|maxim[oa]) .{0,18}\d+/,
	],
	[
		'service',
		/servico .{0,12}(invalido|incorreto|nao (foi )?(encontrado|existe|disponivel)|inativo|desativado|desabilitado)/,
	],
	['order', /(pedido|ordem) (nao (foi )?(encontrad[oa]|existe)|invalid[oa])/],
	[
		'link',
		/(link|url|usuario|perfil) .{0,12}(invalid[oa]|incorret[oa]|nao (foi )?encontrado|privado|obrigatorio)/,
	],
	[
		'request',
		/(requisicao|solicitacao|acao|parametro) .{0,4}(invalid|incorret)[oa]|campo .{0,30}obrigatorio/,
	],
];

const SPANISH: Array<[WordedFamily, RegExp]> = [
	['rateLimit', /demasiad[ao]s (solicitudes|peticiones|intentos)|limite de (solicitudes|peticiones)/],
	[
		'auth',
		/(clave|llave|token)( de)?( la)?( api)? .{0,6}(invalid|incorrect|no valid|no es valid)\S*|no autorizado|acceso denegado|(su|tu) cuenta .{0,16}(inactiva|suspendida|bloqueada|desactivada)/,
	],
	[
		'funds',
		/(saldo|fondos|creditos?) (insuficiente|no (es|son) suficiente)\S*|no (tiene|tienes|hay|cuenta con|dispone de) .{0,12}(saldo|fondos)|saldo (muito |muy )?bajo|(agregue|agrega|anade|anada) (saldo|fondos)/,
	],
	[
		'conflict',
		/(pedido|orden) (activ[oa]|en (curso|proceso)|pendiente|duplicad[oa]|identic[oa])|ya (existe|tiene|tienes|hay) .{0,6}(pedido|orden)( \S+)?( (en (curso|proceso)|activ[oa]))?|enlace duplicado/,
	],
	['cancel', /no (se )?(puede|es posible) (ser )?cancel\S*|cancelacion .{0,6}no\S*/],
	['refill', /(reposicion|relleno|recarga) .{0,6}(no|desactivad\S*|deshabilitad\S*)/],
	[
		'quantity',
		/cantidad .{0,22}(invalida|incorrecta|no valida|minima|maxima|menor|mayor|debajo|encima|entre)/,
	],
	[
		'service',
		/servicio .{0,12}(invalido|incorrecto|no (fue )?(encontrado|existe|valido|disponible)|inactivo|desactivado|deshabilitado)/,
	],
	['order', /(pedido|orden) (no (fue )?(encontrad[oa]|existe)|invalid[oa]|incorrect[oa])/],
	[
		'link',
		/(enlace|link|url|usuario|perfil) .{0,12}(invalid[oa]|incorrect[oa]|no (es )?(valido|fue encontrado|encontrado)|privado|obligatorio|requerido)/,
	],
	[
		'request',
		/(solicitud|peticion|accion|parametro) .{0,4}(invalid|incorrect|no valid)[oa]|campo .{0,30}(obligatorio|requerido)/,
	],
];

const RUSSIAN: Array<[WordedFamily, RegExp]> = [
	['rateLimit', /слишком (много|часты\S*) запрос\S*|(превышен )?лимит запросов/],
	[
		'auth',
		/(неверн|некорректн|неправильн|недеиствительн)\S* (api |апи )?(ключ|токен)\S*|(api )?ключ\S* .{0,8}(невер|не наиден|недеиств|неправ)\S*|доступ (запрещен|закрыт)|не авторизован|ваш аккаунт .{0,12}(заблокирован|неактив|отключен)\S*/,
	],
	[
		'funds',
		/недостаточно (средств|денег|баланса)|не хватает (средств|денег)|недостаточныи баланс|пополните (баланс|счет)|баланс\S* недостаточ\S*/,
	],
	[
		'conflict',
		/(активныи|незавершенныи|активного|такои же) заказ\S*|уже (есть|существует|имеется|создан) .{0,20}заказ\S*|заказ .{0,24}уже (существует|выполняется|в работе|создан)|дубликат (заказа|ссылки)/,
	],
	['cancel', /(нельзя|невозможно) отменить|отмена .{0,12}(недоступн|невозможн|запрещен)\S*/],
	['refill', /(рефилл|восстановление|докрутка) .{0,16}(недоступ|не |отключ|невозмож)\S*/],
	[
		'quantity',
		/(некорректное|неверное|недопустимое|неправильное) количество|количество .{0,24}(меньше|больше|минимальн|максимальн|недопустим|некоррект|неверн)\S*|(минимальн|максимальн)\S* (количество|заказ)/,
	],
	[
		'service',
		/(неверн|некорректн|неправильн|недопустим)\S* (id |ид )?(сервис|услуг)\S*|(сервис|услуг)\S* .{0,12}(не наиден|не существует|отключен|неактив)\S*/,
	],
	['order', /заказ\S* не (наиден|существует)|неверныи (id |номер )?заказа?/],
	[
		'link',
		/(неверн|некорректн|неправильн|недопустим|недеиствительн)\S* (ссылк|url|адрес|профил)\S*|(ссылк|профил)\S* .{0,16}(неверн|некоррект|неправильн|не наиден|закрыт|приватн|обязательн)\S*/,
	],
	[
		'request',
		/(неверн|некорректн|неправильн|неизвестн)\S* (запрос|параметр|деиствие)\S*|(поле|параметр) .{0,30}обязательн\S*/,
	],
];

const of = (language: WordingAbroad['language'], rows: Array<[WordedFamily, RegExp]>): WordingAbroad[] =>
	rows.map(([family, refuses]) => ({ language, family, refuses }));

export const WORDINGS_ABROAD: readonly WordingAbroad[] = [
	...of('tr', TURKISH),
	...of('pt', PORTUGUESE),
	...of('es', SPANISH),
	...of('ru', RUSSIAN),
];
