// A long explanation keeps the worker and the GPU busy, never the page, and ends soon after it is cancelled.
import type { Page } from '@playwright/test';
import { explained, expect, run, set, test, token } from './app.ts';

/** About 480 tokens, nearly all that the model reads. */
const longText = 'Mia has a red kite. Tom has a blue boat. They play in the park all day. '.repeat(24);

/** Milliseconds from frame to frame while the page does what it is asked to. */
async function frameGaps(page: Page, action: () => Promise<void>): Promise<number[]> {
  const recording = await page.evaluateHandle(() => {
    const record = { gaps: [] as number[], stopped: false };
    let before = performance.now();
    const onFrame = (): void => {
      const now = performance.now();
      record.gaps.push(now - before);
      before = now;
      if (!record.stopped) requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
    return record;
  });
  await action();
  return recording.evaluate((record) => {
    record.stopped = true;
    return record.gaps;
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

test('keeps painting while a long text is explained, and stops when it is told to', async ({ embedded: page }) => {
  await set(page, { maxTokens: 1 });
  await run(page, longText);
  const last = (await page.getByTestId('token').count()) - 1;
  expect(last).toBeGreaterThan(400);

  const gaps = await frameGaps(page, async () => {
    await token(page, last).click();
    await explained(page, last);
  });
  const whole = sum(gaps);
  const median = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)]!;
  // 30 frames a second. A page that computed by itself would paint once a block, and spend all its time in such gaps.
  expect(median).toBeLessThan(34);
  expect(sum(gaps.filter((gap) => gap > 100))).toBeLessThan(whole / 4);

  // Jobs run one after the other, so the next answer waits for what the one before has left on the GPU: two blocks or three
  // of eleven, there and back.
  await token(page, last - 1).click();
  await page.getByTestId('explanation').getByTestId('cancel').click();
  const cancelled = performance.now();
  await expect(page.getByTestId('explanation')).toHaveAttribute('data-status', 'idle');
  await token(page, 1).click();
  await explained(page, 1);
  expect(performance.now() - cancelled).toBeLessThan(whole / 2);
});
