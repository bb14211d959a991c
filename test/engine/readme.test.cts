/** Every output example of the documentation is what the nodes give out, to the letter. */
import { examples, read } from '../unit/readmeText.cts';
import { tellStory, type Examples } from './readmeStory.cts';

const DOCUMENTED = ['docs/operations.md', 'docs/trigger.md'].map(read).join('\n');

let story: Examples;
beforeAll(async () => {
	story = await tellStory();
}, 30_000);

test.each(examples(DOCUMENTED))('%s', (name, json) => expect(JSON.parse(json)).toEqual(story[name]));

test('none of the examples is left out, except the one that looks like another', () => {
	const shown = examples(DOCUMENTED).map(([name]) => name);
	expect(Object.keys(story).filter((name) => !shown.includes(name))).toEqual([
		'service.get',
		'refill.create failed',
	]);
});
