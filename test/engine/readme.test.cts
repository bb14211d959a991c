/** Every output example of the README is what the nodes give out, to the letter. */
import { examples, read } from '../unit/readmeText.cts';
import { tellStory, type Examples } from './readmeStory.cts';

let story: Examples;
beforeAll(async () => {
	story = await tellStory();
}, 30_000);

test.each(examples(read('README.md')))('%s', (name, json) => expect(JSON.parse(json)).toEqual(story[name]));

test('none of the examples is left out, except the one that looks like another', () => {
	const shown = examples(read('README.md')).map(([name]) => name);
	expect(Object.keys(story).filter((name) => !shown.includes(name))).toEqual([
		'service.get',
		'refill.create failed',
	]);
});
