/** JSON.parse beside all that becomes of the same text in the node: checked, validated, simplified. */
import { serviceJson } from '../../nodes/SmmPanel/actions/service/output';
import { readCatalogue, type Catalogue } from '../../nodes/SmmPanel/panel/replies';
import { readResponse } from '../../nodes/SmmPanel/panel/transport';
import { answerWith, collectGarbage, cpuOf, heapOf } from './child.cts';

interface Input {
	url: string;
	key: string;
	/** As PHP writes JSON. */
	escaped: boolean;
	runs: number;
}

export interface CatalogueResult {
	parse: number[];
	ours: number[];
	/** The first time in the process. */
	coldParse: number;
	coldOurs: number;
	parseBytes: number;
	oursBytes: number;
	services: number;
}

/** In a row, so that each pays for its own share of garbage collection. */
const REPEATS = 20;
const WARM_UP = 20;

function readAll(text: string, key: string): Catalogue {
	const context = { action: 'services', host: 'panel', key, now: 0 };
	return readCatalogue(readResponse({ status: 200, headers: {}, body: text }, context));
}

function simplified(catalogue: Catalogue): unknown[] {
	return catalogue.services.map((_, index) => serviceJson(catalogue, index, true));
}

const repeat = (work: () => unknown) => () => {
	for (let time = 0; time < REPEATS; time++) work();
};

async function measure(text: string, { key, runs }: Input): Promise<CatalogueResult> {
	const parse = () => JSON.parse(text) as unknown;
	const ours = () => simplified(readAll(text, key));
	const coldParse = await cpuOf(parse);
	const coldOurs = await cpuOf(ours);
	for (let time = 0; time < WARM_UP; time++) ours();
	const result: CatalogueResult = {
		parse: [],
		ours: [],
		coldParse,
		coldOurs,
		parseBytes: 0,
		oursBytes: 0,
		services: 0,
	};
	for (let run = 0; run < runs; run++) {
		collectGarbage();
		result.parse.push((await cpuOf(repeat(parse))) / REPEATS);
		collectGarbage();
		result.ours.push((await cpuOf(repeat(ours))) / REPEATS);
	}
	const parsed = await heapOf(parse);
	const kept = await heapOf(() => readAll(text, key));
	return { ...result, parseBytes: parsed.bytes, oursBytes: kept.bytes, services: kept.value.services.length };
}

/** As `json_encode` does unless told otherwise: everything beyond ASCII, and each slash, escaped. */
const asPhpWrites = (text: string): string =>
	text
		.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
		.replace(/\//g, '\\/');

answerWith(async (input: Input) => {
	const body = new URLSearchParams({ key: input.key, action: 'services' });
	const text = await (await fetch(input.url, { method: 'POST', body })).text();
	return await measure(input.escaped ? asPhpWrites(text) : text, input);
});
