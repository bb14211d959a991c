/** `npm run test:e2e`: the packed tarball in real n8n. One n8n at a time: each takes half a gigabyte. */
module.exports = {
	...require('./jest.config.cjs'),
	testMatch: ['<rootDir>/test/e2e/**/*.test.cts'],
	// Minutes of kills and restarts, three times over: `npm run test:transitions`
	testPathIgnorePatterns:
		process.env.SMM_TRANSITIONS === undefined ? ['/test/e2e/transitions(Many)?\\.test'] : [],
	globalSetup: '<rootDir>/test/e2e/globalSetup.cts',
	// n8n's own files are no modules of ours
	modulePathIgnorePatterns: ['<rootDir>/.sandbox/', '<rootDir>/dist/'],
	testTimeout: 120_000,
	maxWorkers: 1,
};
