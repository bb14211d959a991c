/** `npm run test:long`: what takes many minutes or is only needed now and then, one n8n at a time. */
module.exports = {
	...require('./jest.e2e.config.cjs'),
	testMatch: ['<rootDir>/test/long/**/*.test.cts'],
	testSequencer: '@jest/test-sequencer',
	maxWorkers: 1,
};
