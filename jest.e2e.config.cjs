/** `npm run test:e2e`: the packed tarball in real n8n. Two files at a time, each with an n8n of its own. */
module.exports = {
	...require('./jest.config.cjs'),
	testMatch: ['<rootDir>/test/e2e/**/*.test.cts'],
	globalSetup: '<rootDir>/test/e2e/globalSetup.cts',
	testSequencer: '<rootDir>/test/e2e/sequencer.cjs',
	// n8n's own files are no modules of ours
	modulePathIgnorePatterns: ['<rootDir>/.sandbox/', '<rootDir>/dist/'],
	testTimeout: 120_000,
	maxWorkers: 2,
};
