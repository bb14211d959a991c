/** Why no response came, and whether the request can have left. */
import { excerpt, PanelError } from './errors';
import { redactor } from './redaction';

interface ErrorLike {
	code?: unknown;
	message?: unknown;
	cause?: unknown;
	errors?: unknown;
	syscall?: unknown;
	port?: unknown;
	address?: unknown;
}

const DEEPEST = 6;

/** The error and what caused it: n8n and fetch wrap the one that matters. */
function chainOf(error: unknown): ErrorLike[] {
	const chain: ErrorLike[] = [];
	let current: unknown = error;
	while (typeof current === 'object' && current !== null && chain.length < DEEPEST) {
		chain.push(current);
		current = (current as ErrorLike).cause;
	}
	return chain;
}

/** Looking up, connecting and shaking hands: the request itself follows only after these. */
const NEVER_LEFT =
	/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EPROTO|ERR_SSL_\w+|ERR_TLS_CERT_ALTNAME_INVALID|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+|ERR_INVALID_URL)$/;
const BEFORE_TLS = /disconnected before secure tls connection was established|write eproto/i;
/** n8n's SSRF protection, and a proxy that wants a password. */
const RESTRICTED = /restricted ip address|ssrf/i;
const PROXY_PASSWORD =
	/proxy authentication required|status ?code:? 407|\b407\b.{0,20}proxy|proxy.{0,40}\b407\b/i;

/** Whether the request certainly never left: with several addresses tried, only if that holds for each of them. */
function hasNeverLeft(error: unknown): boolean {
	return chainOf(error).some(({ errors, code, syscall, message }) => {
		if (Array.isArray(errors) && errors.length > 0) return errors.every((inner) => hasNeverLeft(inner));
		const text = typeof message === 'string' ? message : '';
		return (
			syscall === 'connect' ||
			(typeof code === 'string' && NEVER_LEFT.test(code)) ||
			BEFORE_TLS.test(text) ||
			RESTRICTED.test(text) ||
			PROXY_PASSWORD.test(text)
		);
	});
}

/** All errors of a failed request, those of each address that was tried among them. */
const allOf = (error: unknown): ErrorLike[] =>
	chainOf(error).flatMap((link) => [
		link,
		...(Array.isArray(link.errors) ? link.errors.flatMap((inner) => chainOf(inner)) : []),
	]);

const RESET = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/;
const CLOSED = /socket hang up|closed unexpectedly/i;
/** n8n's own words for a lost connection end with the advice to send it again, which would pay twice. */
const ADVICE = /[\s.]*\b(you can|please)\b[^.]*\b(retry|try again)\b.*$/is;

interface Explained {
	message: string;
	remedy?: string;
	/** A set-up that the next try finds unchanged. */
	isLasting?: boolean;
}

const PROXY_REMEDY =
	"Check the proxy that n8n uses (HTTPS_PROXY, HTTP_PROXY, NO_PROXY in n8n's environment), its address and its password.";

/** Where connecting to another port than the panel's was refused, that is a proxy's. */
function proxyIn(errors: readonly ErrorLike[], host: string): string | undefined {
	const [, own] = /:(\d+)$/.exec(host) ?? [];
	const panels = own === undefined ? [80, 443] : [Number(own)];
	const failed = errors.find(({ syscall, port }) => syscall === 'connect' && typeof port === 'number');
	if (failed === undefined || panels.includes(Number(failed.port))) return undefined;
	return `${String(failed.address)}:${String(failed.port)}`;
}

function explain(errors: readonly ErrorLike[], host: string, words: string): Explained {
	const codes = errors.flatMap(({ code }) => (typeof code === 'string' ? [code] : []));
	const has = (...wanted: string[]) => codes.some((code) => wanted.includes(code));
	const texts = errors.map(({ message }) => String(message)).join('\n');
	if (RESTRICTED.test(texts)) {
		return {
			message: `n8n does not connect to ${host}: its SSRF protection restricts that IP address.`,
			remedy:
				"If the panel's address is right, whoever runs n8n can allow it with the variable N8N_SSRF_ALLOWED_IP_RANGES.",
			isLasting: true,
		};
	}
	if (PROXY_PASSWORD.test(texts)) {
		return {
			message: `The proxy before ${host} asks for a password (HTTP 407).`,
			remedy: PROXY_REMEDY,
			isLasting: true,
		};
	}
	const proxy = proxyIn(errors, host);
	if (proxy !== undefined) {
		return {
			message: `The proxy at ${proxy}, on the way to ${host}, does not answer.`,
			remedy: PROXY_REMEDY,
		};
	}
	if (codes.some((code) => /^(EPROTO|ERR_SSL_\w+)$/.test(code)) || /write eproto/i.test(texts)) {
		return {
			message: `${host} does not speak https at this address.`,
			remedy: "Check the API URL, its port and whether the panel's certificate works in a browser.",
			isLasting: true,
		};
	}
	if (/before secure tls/i.test(texts))
		return { message: `${host} closed the connection before it was secured: nothing was sent.` };
	if (has('ECONNREFUSED')) return { message: `${host} refused the connection.` };
	if (has('ENOTFOUND', 'EAI_AGAIN'))
		return { message: `There is no host named ${host}, or its name cannot be looked up right now.` };
	if (has('EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'))
		return { message: `There is no way to ${host} from this computer.` };
	if (codes.some((code) => /TIMEDOUT|ABORTED/.test(code)) || /timeout|timed out/i.test(words))
		return { message: `${host} did not answer in time.` };
	if (codes.some((code) => RESET.test(code)) || CLOSED.test(words))
		return { message: `${host} closed the connection before it had answered.` };
	return {
		message: `The connection to ${host} failed: ${excerpt(words.replace(ADVICE, ''))}`,
		isLasting: has('ERR_INVALID_URL') || codes.some((code) => /CERT|SIGN|UNABLE/.test(code)),
	};
}

/** Why no response came. `effect` is `none` only where the request certainly never left. */
export function networkError(error: unknown, host: string, key: string, action?: string): PanelError {
	const errors = allOf(error);
	const innermost = chainOf(error)
		.map(({ message }) => message)
		.filter((message) => typeof message === 'string' && message !== '')
		.at(-1);
	const words = redactor(key)(typeof innermost === 'string' ? innermost : String(error));
	const { message, remedy, isLasting = false } = explain(errors, host, words);
	return new PanelError(message, {
		family: 'network',
		effect: hasNeverLeft(error) ? 'none' : 'unknown',
		action,
		transient: !isLasting,
		remedy,
	});
}
