/**
 * What is known of n8n 3.0's rules, patched into the n8n of the tests while it is loaded (`node --require`). The
 * originals are in n8n's `breaking-changes/rules/v3`.
 */
const Module = require('node:module');

const RULES = {
	// The caller policy "any" is gone: one that is stored refuses every call
	'executions/pre-execution-checks/subworkflow-policy-checker.js': [/if \(policy === 'any'\)\s+return;/g, ''],
	// "Always Output Data" fills an output only where all of them are empty
	'execution-engine/workflow-execute.js': [
		'if (nodeSuccessData?.[0]?.[0])',
		'if (nodeSuccessData?.some((items) => items?.[0]))',
	],
};

const compile = Module.prototype._compile;
Module.prototype._compile = function (content, filename, ...rest) {
	const [, rule] = Object.entries(RULES).find(([file]) => filename.endsWith(`/${file}`)) ?? [];
	const patched = rule ? content.replace(...rule) : content;
	if (rule && patched === content) throw new Error(`There is nothing to patch in ${filename}`);
	if (rule) console.log(`Patched with a rule of n8n 3.0: ${filename}`);
	return compile.call(this, patched, filename, ...rest);
};
