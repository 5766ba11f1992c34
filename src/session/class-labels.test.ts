import { expect, test } from 'vitest';
import { memorySource } from '../load/memory-source.ts';
import { classLabels } from './class-labels.ts';

const beside = (text: string) => memorySource(new Map([['labels.txt', new TextEncoder().encode(text)]]));
const three = { classes: 3, labels: null };

test('labels come from the configuration, else from labels.txt, else they are numbers', async () => {
  const own = await classLabels({ classes: 2, labels: ['cat', 'dog'] }, beside('a\nb\n'));
  expect(own).toEqual({ labels: ['cat', 'dog'], warnings: [] });
  expect((await classLabels(three, beside('a\r\nb, c\r\nd\r\n'))).labels).toEqual(['a', 'b, c', 'd']);
  const none = await classLabels(three, memorySource(new Map()));
  expect(none).toEqual({ labels: ['class 0', 'class 1', 'class 2'], warnings: [] });
});

test('an empty line leaves its class without a name, and the others where they are', async () => {
  expect(await classLabels(three, beside('a\n\nc\n\n'))).toEqual({ labels: ['a', 'class 1', 'c'], warnings: [] });
});

test('a file of another length is told of', async () => {
  const { labels, warnings } = await classLabels(three, beside('background\na\nb\nc'));
  expect(labels).toEqual(['background', 'a', 'b']);
  expect(warnings).toEqual([expect.stringContaining('labels.txt has 4 lines for 3 classes')]);
});
