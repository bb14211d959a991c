const { appendFileSync } = require('node:fs');

/** Jest reporter: adds a line with the counts of this run to the file named by TEST_COUNTS, for `.ci/run`. */
module.exports = class CountReporter {
	onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
		if (!process.env.TEST_COUNTS) return;
		// A file that does not load has tests that did not pass
		const failed = numFailedTests + numRuntimeErrorTestSuites;
		appendFileSync(process.env.TEST_COUNTS, `${numPassedTests} ${failed}\n`);
	}
};
