/** A clock for each test of a file: it runs as ever, and time can be let pass. Gives what skips milliseconds. */
export function skippableClock(): (ms: number) => void {
	const realNow = Date.now.bind(Date);
	let skipped = 0;
	beforeEach(() => {
		skipped = 0;
		jest.spyOn(Date, 'now').mockImplementation(() => realNow() + skipped);
	});
	afterEach(() => jest.restoreAllMocks());
	return (ms) => void (skipped += ms);
}
