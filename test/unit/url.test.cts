import { PanelError } from '../../nodes/SmmPanel/panel/errors';
import { normalizeApiUrl } from '../../nodes/SmmPanel/panel/transport';

test.each([
	['https://sosyalzirvemedya.com/api/v2', 'https://sosyalzirvemedya.com/api/v2'],
	['https://sosyalzirvemedya.com/api/v2/', 'https://sosyalzirvemedya.com/api/v2'],
	['https://sosyalzirvemedya.com', 'https://sosyalzirvemedya.com/api/v2'],
	['https://sosyalzirvemedya.com/', 'https://sosyalzirvemedya.com/api/v2'],
	['sosyalzirvemedya.com', 'https://sosyalzirvemedya.com/api/v2'],
	['  panel.example  ', 'https://panel.example/api/v2'],
	['panel.example:8443', 'https://panel.example:8443/api/v2'],
	['panel.example/api/v1', 'https://panel.example/api/v1'],
	['https://panel.example/api', 'https://panel.example/api'],
	['https://panel.example/api/v3///', 'https://panel.example/api/v3'],
	['HTTPS://Panel.Example/API/v2', 'https://panel.example/API/v2'],
	['https://panel.example/api/v2#key', 'https://panel.example/api/v2'],
	['http://localhost:3000', 'http://localhost:3000/api/v2'],
	['http://panel', 'http://panel/api/v2'],
	['http://panel.localhost/api', 'http://panel.localhost/api'],
	['http://127.0.0.1:8080/api/v2', 'http://127.0.0.1:8080/api/v2'],
	['http://10.1.2.3', 'http://10.1.2.3/api/v2'],
	['http://172.16.0.1', 'http://172.16.0.1/api/v2'],
	['http://172.31.255.255', 'http://172.31.255.255/api/v2'],
	['http://192.168.1.10', 'http://192.168.1.10/api/v2'],
	['http://169.254.1.1', 'http://169.254.1.1/api/v2'],
	['http://[::1]:3000', 'http://[::1]:3000/api/v2'],
	['http://[fd12::1]', 'http://[fd12::1]/api/v2'],
	['http://[fe80::1]', 'http://[fe80::1]/api/v2'],
])('%j is sent to %s', (input, expected) => {
	expect(normalizeApiUrl(input)).toBe(expected);
});

test.each([
	['', /empty/],
	['   ', /empty/],
	['http://sosyalzirvemedya.com/api/v2', /unencrypted.*Use https:\/\/sosyalzirvemedya\.com\/api\/v2/],
	['http://8.8.8.8', /unencrypted/],
	['http://172.32.0.1', /unencrypted/],
	['http://192.169.0.1', /unencrypted/],
	['http://10.0.0.1.evil.example', /unencrypted/],
	['http://127.0.0.1.nip.io', /unencrypted/],
	['http://[2001:db8::1]', /unencrypted/],
	['http://localhost.evil.example', /unencrypted/],
	['ftp://panel.example/api', /begin with https:\/\/, not ftp/],
	['file:///etc/passwd', /begin with https/],
	['https://', /not a valid API URL/],
	['https://exa mple.com', /not a valid API URL/],
	['javascript:alert(1)', /not a valid API URL/],
	['https://anna:secret@panel.example', /user name, a password/],
	['https://panel.example/api/v2?key=secret', /behind a question mark/],
])('%j is refused', (input, words) => {
	expect(() => normalizeApiUrl(input)).toThrow(words);
	const error = (() => {
		try {
			return normalizeApiUrl(input);
		} catch (thrown) {
			return thrown as PanelError;
		}
	})();
	expect(error).toBeInstanceOf(PanelError);
	expect(error).toMatchObject({
		family: 'request',
		effect: 'none',
		remedy: expect.stringContaining('https://sosyalzirvemedya.com/api/v2') as string,
	});
	expect((error as PanelError).message).not.toContain('secret');
});
