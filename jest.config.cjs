/** Tests use Node's APIs, which n8n's rules forbid in every published `.ts`: hence `.cts`. Types are checked by tsc. */
module.exports = {
	testEnvironment: 'node',
	// Many tests wait for a panel: a core left free would be one not used
	maxWorkers: '100%',
	testMatch: ['<rootDir>/test/{unit,engine,panel}/**/*.test.cts'],
	moduleFileExtensions: ['ts', 'cts', 'js', 'cjs', 'mjs', 'json', 'node'],
	transform: {
		'^.+\\.c?ts$': [
			'ts-jest',
			{
				diagnostics: false,
				tsconfig: {
					target: 'es2022',
					module: 'commonjs',
					moduleResolution: 'node10',
					esModuleInterop: true,
					isolatedModules: true,
				},
			},
		],
	},
	// Machines differ: what hangs is still found
	testTimeout: 30_000,
};
