import { describe, expect, it } from 'vitest';
import { quality, runFake } from './fake-context.test-helper.ts';

describe('--quantize', () => {
  it.each(['generate', 'explain'])(
    'reaches the session from %s, and says nothing where it is none',
    async (command) => {
      const words = [command, '--model', 'toy', '--ids', '1,2'];
      const folder = { kind: 'folder', path: '/here/toy' };
      expect((await runFake([...words, '--quantize', 'int4'])).requests[0]).toEqual({ ...folder, quantize: 'int4' });
      expect((await runFake([...words, '--quantize', 'none'])).requests[0]).toEqual(folder);
      expect((await runFake(words)).requests[0]).toEqual(folder);
    },
  );

  it('names what it takes', async () => {
    const { code, notes } = await runFake(['generate', '--model', 'toy', '--ids', '1', '--quantize', 'int3']);
    expect(code).toBe(2);
    expect(notes).toContain('--quantize int3: expected none, int8, int4.');
  });
});

describe('quantise-quality', () => {
  it('prints a table of what every recipe costs', async () => {
    const { code, out, requests } = await runFake(['quantise-quality', '--model', 'toy']);
    expect(code).toBe(0);
    expect(requests).toEqual([{ path: '/here/toy', ids: null, tokens: 128 }]);
    expect(out).toContain('| int8 | int8 (group 64) | 2.10 | 0.99987 | 0.99910 | 97.5 % |');
  });

  it('prints the same as JSON, from given tokens', async () => {
    const words = 'quantise-quality --model toy --ids 5,6 --tokens 9 --json'.split(' ');
    const { out, requests } = await runFake(words);
    expect(requests).toEqual([{ path: '/here/toy', ids: [5, 6], tokens: 9 }]);
    expect(JSON.parse(out)).toEqual(quality);
  });
});
