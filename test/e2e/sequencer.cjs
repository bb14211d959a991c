const Sequencer = require('@jest/test-sequencer').default;

/** Those that wait for minutes of n8n's clock begin first: whatever the other worker does fits beside them. */
const FIRST = ['recipes', 'waiting', 'queue', 'forms', 'orderBook', 'triggerBook', 'browser'];

module.exports = class LongestFirst extends Sequencer {
	sort(tests) {
		const place = ({ path }) => {
			const at = FIRST.findIndex((name) => path.endsWith(`/${name}.test.cts`));
			return at < 0 ? FIRST.length : at;
		};
		return [...tests].sort((a, b) => place(a) - place(b));
	}
};
