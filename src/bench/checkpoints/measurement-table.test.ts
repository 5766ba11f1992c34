import { format } from 'prettier';
import { expect, it } from 'vitest';
import { markdownTable, replaceMeasured, type CheckpointMeasurement } from './measurement-table.ts';

const row: CheckpointMeasurement = {
  checkpoint: 'smollm2-135m',
  quantize: 'none',
  format: 'BF16',
  parameters: 134_515_008,
  adapter: 'llvmpipe',
  bindingBytes: 2 ** 27,
  fileBytes: 269_061_220,
  loadSeconds: 0.63,
  weightBytes: 269_100_288,
  gpuPeakBytes: 651_821_980,
  heapBytes: 37_637_487,
  residentBytes: 1_001_111_552,
  generate: { tokens: 15, tokensPerSecond: 8.836 },
  explain: { tokens: 16, seconds: 1.5 },
};
const rows = [row, { ...row, quantize: 'int4', loadSeconds: 12.4, generate: null }];

it('is written as the formatter would', async () => {
  const table = markdownTable(rows);
  expect(table.split('\n').at(-1)).toMatch(/^\| smollm2-135m, as int4 \|.*\| +12 s \|.*\| +– \| +1\.5 s \|$/);
  expect(await format(table, { parser: 'markdown', printWidth: 120 })).toBe(`${table}\n`);
});

it('takes the place of the table before it, and of nothing else', () => {
  const [begin, end] = ['<!-- measured by npm run real-shapes -->', '<!-- end of what was measured -->'];
  const before = `# Title\n\n${begin}\n\nold\n\n${end}\n\nrest\n`;
  const after = `# Title\n\n${begin}\n\nnew\n\n${end}\n\nrest\n`;
  expect(replaceMeasured(before, 'new')).toBe(after);
  expect(replaceMeasured(after, 'new')).toBe(after);
  expect(replaceMeasured('no marks', 'new')).toBeNull();
});
