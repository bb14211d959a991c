/** What the editor asks at each keystroke in the list of services. */
import { times, type Bench, type Job, type Row } from './job.cts';
import { PROBE } from './probePackage.cts';
import { SERVICES, type Stage } from './stage.cts';
import { median, number, withSpread } from './stats.cts';
import { SMM_PANEL, reference } from '../sandbox/workflow.cts';

const TYPED = 'instagram followers';
const LIMIT_MS = 20;

type Ask = (filter: string) => Promise<void>;

function askers({ api, credential }: Stage): { service: Ask; nothing: Ask } {
	const asker =
		(nodeType: string, method: string, minimum: number): Ask =>
		async (filter) => {
			const { results } = await api.listSearch({
				nodeType,
				method,
				filter,
				path: 'parameters.serviceId',
				parameters: {
					resource: 'order',
					operation: 'create',
					serviceId: { __rl: true, mode: 'list', value: '' },
				},
				credentials: { smmPanelApi: reference(credential) },
			});
			if (results.length < minimum) throw new Error(`"${filter}" found ${results.length} services`);
		};
	return { service: asker(SMM_PANEL, 'searchServices', 1), nothing: asker(PROBE, 'nothing', 0) };
}

const KEYSTROKES = Array.from(TYPED, (_, index) => TYPED.slice(0, index + 1));

async function time(ask: Ask, text: string): Promise<number> {
	const from = performance.now();
	await ask(text);
	return performance.now() - from;
}

/** Each keystroke at the node and, for comparison, at one whose list is empty. */
async function type({ service, nothing }: { service: Ask; nothing: Ask }) {
	const all: Array<{ whole: number; own: number; empty: number }> = [];
	for (const text of KEYSTROKES) {
		const empty = await time(nothing, text);
		const whole = await time(service, text);
		all.push({ whole, own: whole - empty, empty });
	}
	const middle = (name: 'whole' | 'own' | 'empty') => median(all.map((one) => one[name]));
	return { whole: middle('whole'), own: middle('own'), empty: middle('empty') };
}

export const search: Job = {
	name: 'search',
	async run({ runs, stage: start, note }: Bench): Promise<Row[]> {
		const stage = await start();
		const ask = askers(stage);
		await type(ask);
		const rounds = await times(runs, async () => {
			await ask.service('');
			stage.panel.clearRequests();
			const typed = await type(ask);
			const { total } = stage.panel.counts();
			return { ...typed, requests: total };
		});
		const requests = Math.max(...rounds.map((each) => each.requests));
		const own = rounds.map((each) => each.own);
		const whole = rounds.map((each) => each.whole);
		const empty = rounds.map((each) => each.empty);
		note(
			`Service search: "${TYPED}" typed letter by letter, medians of the keystrokes. The whole is the HTTP request to n8n, from another process; n8n's own is the same request to a node that gets its credential and answers with an empty list.`,
		);
		return [
			{
				job: `service search in the editor (${SERVICES.toLocaleString('en-US')} services), second and later keystrokes`,
				bar: `no request, under ${LIMIT_MS} ms`,
				measured: `${requests} requests; ${withSpread(own, 'ms')} over n8n’s own ${number(median(empty))} ms, the whole ${withSpread(whole, 'ms')}`,
				httpRequest: 'has no list',
				pass: requests === 0 && median(own) < LIMIT_MS,
			},
		];
	},
};
