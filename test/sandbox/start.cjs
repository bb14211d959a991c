/** `npm start`. Plain JavaScript, so that it can say what is missing before anything is installed. */
try {
	require('tsx/cjs');
} catch {
	console.error('The dependencies are not installed: run "npm ci" first.');
	process.exit(1);
}
require('./start.cts');
