import { expect, it } from 'vitest';
import { race } from './tune.ts';

/** Seconds of each choice, run by run. */
function runner(seconds: Readonly<Record<string, readonly number[]>>) {
  const met: string[] = [];
  const secondsOf = async (choice: string): Promise<number> => {
    const turn = met.filter((name) => name === choice).length;
    met.push(choice);
    return seconds[choice]![Math.min(turn, seconds[choice]!.length - 1)]!;
  };
  return { met, secondsOf };
}

it('is won by the choice with the best single run, which noise cannot make shorter', async () => {
  const { secondsOf } = runner({ a: [1.2, 1.1], b: [1.3, 1.15, 0.9], c: [1.25] });
  expect(await race(['a', 'b', 'c'], secondsOf)).toBe('b');
});

it('goes on without those that are far behind after the first round', async () => {
  const { secondsOf, met } = runner({ a: [2], b: [1], c: [1.2] });
  expect(await race(['a', 'b', 'c'], secondsOf)).toBe('b');
  expect(met).toEqual(['a', 'b', 'c', 'b', 'c', 'b', 'c']);
});

it('has a winner where there is one choice', async () => {
  expect(await race(['a'], runner({ a: [1] }).secondsOf)).toBe('a');
});
