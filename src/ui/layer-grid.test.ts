import { describe, expect, it } from 'vitest';
import type { Explanation } from '../session/session.ts';
import { cellAt, layerGrid, moved, rowName, strongestCell } from './layer-grid.ts';

const explanation = {
  tokens: [{ relevance: 9 }, { relevance: 1 }, { relevance: -5 }],
  layers: [
    [9, 2, -20],
    [9, 3, -30],
  ],
} as unknown as Explanation;

describe('the layer grid', () => {
  it('has the last layer on top and the input at the bottom', () => {
    expect(layerGrid(explanation, [])?.rows).toEqual([
      [9, 3, -30],
      [9, 2, -20],
      [9, 1, -5],
    ]);
    expect([0, 1, 2].map((row) => rowName(row, 3))).toEqual(['after layer 2', 'after layer 1', 'input']);
  });

  it('has one scale for all rows, without the excluded tokens and the last one', () => {
    expect(layerGrid(explanation, [])).toMatchObject({ scale: 9, excluded: [2] });
    expect(layerGrid(explanation, [0])?.scale).toBeCloseTo(2.98, 12);
    expect(layerGrid(explanation, [0, 1, 2])?.scale).toBeGreaterThan(20);
  });

  it('is nothing where a value is not a number or there are no layers', () => {
    expect(layerGrid({ ...explanation, layers: [[1, NaN, 2]] }, [])).toBeNull();
    expect(layerGrid({ ...explanation, layers: [] }, [])).toBeNull();
  });

  it('begins with its cursor on the strongest cell that is not left out', () => {
    expect(strongestCell(layerGrid(explanation, [])!)).toEqual({ row: 0, column: 0 });
    expect(strongestCell(layerGrid(explanation, [0])!)).toEqual({ row: 0, column: 1 });
    expect(strongestCell(layerGrid(explanation, [0, 1, 2])!)).toEqual({ row: 0, column: 2 });
  });

  it('moves its cursor with the arrow keys and stays inside', () => {
    expect(moved({ row: 0, column: 0 }, 'ArrowUp', 3, 4)).toEqual({ row: 0, column: 0 });
    expect(moved({ row: 0, column: 0 }, 'ArrowRight', 3, 4)).toEqual({ row: 0, column: 1 });
    expect(moved({ row: 1, column: 1 }, 'End', 3, 4)).toEqual({ row: 1, column: 3 });
    expect(moved({ row: 1, column: 1 }, 'Enter', 3, 4)).toBeNull();
  });

  it('finds the cell under the pointer, at the edges too', () => {
    const grid = layerGrid(explanation, [])!;
    expect(cellAt(0, 0, 30, 30, grid)).toEqual({ row: 0, column: 0 });
    expect(cellAt(15, 29, 30, 30, grid)).toEqual({ row: 2, column: 1 });
    expect(cellAt(30, 31, 30, 30, grid)).toEqual({ row: 2, column: 2 });
  });
});
