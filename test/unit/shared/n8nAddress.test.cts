/** The address of an n8n out of what people paste. */
import { n8nAddress } from '../../../nodes/SmmPanel/shared/n8nApi';

test.each([
	['http://localhost:5678', 'http://localhost:5678'],
	[' http://localhost:5678/ ', 'http://localhost:5678'],
	['https://n8n.example.com/api/v1', 'https://n8n.example.com'],
	['https://n8n.example.com/api/v1/', 'https://n8n.example.com'],
	['https://n8n.example.com/home/workflows', 'https://n8n.example.com'],
	['https://n8n.example.com/workflow/AbC?x=1', 'https://n8n.example.com'],
	['https://example.com/n8n/', 'https://example.com/n8n'],
	['https://example.com/n8n/api/v1', 'https://example.com/n8n'],
	['n8n.example.com', 'https://n8n.example.com'],
	['localhost:5678', 'http://localhost:5678'],
	['n8n:5678', 'http://n8n:5678'],
])('an n8n at "%s" is reached at %s', (typed, address) => {
	expect(n8nAddress(typed)).toBe(address);
});
