/** Recipes 1 to 6 and 10, imported and published in one n8n, whose order book they share. */
import type { SavedWorkflow } from '../sandbox/api.cts';
import { everyMinute } from '../sandbox/workflow.cts';
import { formLogin, importExample, inAll, publish } from './exampleFiles.cts';
import type { N8nFixture } from './n8nFixture.cts';

const EVERY_MINUTE = { pollTimes: everyMinute };
/** The shortest; by default it is two. */
const ONE_MINUTE = { checkEvery: 1 };

export type Recipe = 'place' | 'mass' | 'follow' | 'refill' | 'balance' | 'prices' | 'report';

export const BOOK = 'SMM Panel Orders';

export const page = (name: string) => `https://www.instagram.com/${name}`;

export async function importRecipes(stand: N8nFixture): Promise<Record<Recipe, SavedWorkflow>> {
	const { api } = stand;
	const smm = stand.credential;
	const n8nApi = await api.createTablesCredential();
	const login = await formLogin(stand);
	const place = await importExample(stand, '1-place-orders', {
		credentials: { ...inAll(['Quote', 'Place Orders', 'Wait Until Finished'], smm), 'Order Form': [login] },
		parameters: { 'Wait Until Finished': ONE_MINUTE },
	});
	const mass = await importExample(stand, '2-mass-order', {
		credentials: {
			...inAll(['Place the Mass Order', 'Wait Until Finished'], smm),
			'Mass Order Form': [login],
		},
		parameters: { 'Wait Until Finished': ONE_MINUTE },
	});
	const follow = await importExample(stand, '3-follow-orders', {
		credentials: inAll(['When a Status Changes'], smm, n8nApi),
	});
	const refill = await importExample(stand, '4-refill-dropped', {
		credentials: inAll(['Finished Orders', 'Get Its Service', 'Ask for a Refill'], smm),
	});
	const balance = await importExample(stand, '5-balance-low', {
		credentials: inAll(['When the Balance Is Low'], smm),
		parameters: { 'When the Balance Is Low': EVERY_MINUTE },
	});
	const prices = await importExample(stand, '6-price-watch', {
		credentials: inAll(['When Services Change'], smm),
		parameters: { 'When Services Change': EVERY_MINUTE },
	});
	const report = await importExample(stand, '10-daily-report', {
		credentials: inAll(['Orders of 30 Days'], smm),
	});
	const recipes = { place, mass, follow, refill, balance, prices, report };
	for (const recipe of Object.values(recipes)) await publish(stand, recipe);
	return recipes;
}
