/** When a service list is not believed at first sight: half of it missing is a fault of the panel, until it is confirmed. */
import { doubtOf } from '../../nodes/SmmPanel/panel/catalogue';
import type { Catalogue } from '../../nodes/SmmPanel/panel/replies';

const list = (count: number): Catalogue['services'] =>
	Array.from({ length: count }) as unknown as Catalogue['services'];
const doubt = (count: number, before?: number, doubted?: number, error?: string) =>
	doubtOf({ services: list(count), ...(error !== undefined && { error }) } as Catalogue, before, doubted);

test.each<[string, ReturnType<typeof doubt>, boolean]>([
	['the first list', doubt(10), false],
	['as many as before', doubt(10, 10), false],
	['half of them', doubt(5, 10), false],
	['less than half of them', doubt(4, 10), true],
	['the same few a second time', doubt(4, 10, 4), false],
	['others than were doubted', doubt(3, 10, 4), true],
	['an error in the list', doubt(10, 10, undefined, 'Try later'), true],
	['the same error a second time', doubt(10, 10, 10, 'Try later'), false],
	['none', doubt(0, 10), true],
])('%s', (_, problem, isDoubted) => {
	expect(problem !== undefined).toBe(isDoubted);
	if (problem) expect(problem).toMatchObject({ family: 'maintenance', effect: 'none', transient: true });
});
