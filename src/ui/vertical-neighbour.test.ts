import { describe, expect, it } from 'vitest';
import { nearestOnLine } from './vertical-neighbour.ts';

const box = (left: number, top: number) => ({ left, right: left + 10, top, bottom: top + 20 });
const boxes = [box(0, 0), box(50, 0), box(0, 30), box(40, 31), box(0, 60)];

describe('moving up and down in running text', () => {
  it('goes to the nearest token of the next line', () => {
    expect(nearestOnLine(boxes, box(50, 0), 1)).toBe(3);
    expect(nearestOnLine(boxes, box(40, 31), -1)).toBe(1);
    expect(nearestOnLine(boxes, box(30, 31), 1)).toBe(4);
  });

  it('stays where there is no line', () => {
    expect(nearestOnLine(boxes, box(0, 0), -1)).toBe(-1);
    expect(nearestOnLine(boxes, box(0, 60), 1)).toBe(-1);
  });
});
