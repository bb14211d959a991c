/** Settings of the machine: how npm reaches a registry, where it keeps its files, what it compiles with. */
const OF_THE_MACHINE = new RegExp(
	`^npm_config_(${[
		'registry|@.+:registry|//.+',
		'userconfig|globalconfig|cache',
		'ca|cafile|cert|key|strict_ssl',
		'proxy|https?_proxy|noproxy|local_address|maxsockets|fetch_\\w+|offline|prefer_offline',
		'nodedir|disturl|devdir|python|jobs',
	].join('|')})$`,
	'i',
);

/**
 * The environment for a further npm. `npm run` hands all settings of its project to its scripts, this
 * repository's `legacy-peer-deps` and `ignore-scripts` among them: an n8n installed with those lacks packages.
 */
export function npmEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return Object.fromEntries(
		Object.entries(own).filter(([name]) => !/^npm_/i.test(name) || OF_THE_MACHINE.test(name)),
	);
}

/**
 * Flags of an installation that leaves out nothing but development dependencies. They outrank the user's own
 * `.npmrc`, which the environment does not show.
 */
export const WHOLE_INSTALLATION = [
	'--omit=dev',
	'--include=peer',
	'--include=optional',
	'--legacy-peer-deps=false',
	'--strict-peer-deps=false',
	'--install-strategy=hoisted',
	'--global=false',
	'--dry-run=false',
	'--package-lock-only=false',
];
