import { createServer } from 'node:net';
import { codeOf, Problem } from './problem.cts';

const listen = (port: number): Promise<number> =>
	new Promise((done, fail) => {
		const server = createServer();
		server.once('error', fail);
		server.listen(port, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => done(typeof address === 'object' && address ? address.port : port));
		});
	});

export const freePort = (): Promise<number> => listen(0);

/** `remedy` ends the sentence that tells of a port in use. */
export async function claimPort(port: number, remedy: string): Promise<number> {
	try {
		return await listen(port);
	} catch (error) {
		const code = codeOf(error);
		if (code === 'EADDRINUSE') throw new Problem(`Port ${port} is in use by another program: ${remedy}`);
		if (code === 'EACCES') throw new Problem(`Port ${port} may not be used here: ${remedy}`);
		throw error;
	}
}
