// The residual stream's relevance, layer by layer and token by token. One cell cursor, moved by keys or pointer.
import { useEffect, useMemo, useRef, useState, type PointerEvent } from 'react';
import type { Explanation } from '../session/session.ts';
import { CopyNumber } from './copy-number.tsx';
import { formatLogits, formatNumber, quote } from './format.ts';
import { drawGrid } from './layer-drawing.ts';
import { cellAt, layerGrid, moved, rowName, strongestCell, type Cell } from './layer-grid.ts';
import { usePalette } from './use-map.ts';
import { useApp } from './use-store.ts';

const narrowest = 5;

export function LayerView(props: {
  readonly result: Explanation;
  readonly excluded: readonly number[];
  onPoint(index: number | null): void;
}) {
  const { result, excluded, onPoint } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  const intensity = useApp(({ settings }) => settings.intensity);
  const tokens = useApp(({ text }) => text.tokens);
  const grid = useMemo(() => layerGrid(result, excluded), [result, excluded]);
  const rows = grid?.rows.length ?? 1;
  const columns = grid?.rows[0]?.length ?? 1;
  const [wanted, setWanted] = useState<Cell | null>(null);
  const strongest = useMemo(() => (grid ? strongestCell(grid) : { row: 0, column: 0 }), [grid]);
  const row = Math.min(wanted?.row ?? strongest.row, rows - 1);
  const column = Math.min(wanted?.column ?? strongest.column, columns - 1);

  useEffect(() => {
    const element = canvas.current;
    if (!element || !grid) return;
    const draw = (): void => {
      const cursorColour = getComputedStyle(element).color;
      drawGrid(element, { grid, palette, intensity, cursor: { row, column }, cursorColour });
    };
    const watcher = new ResizeObserver(draw);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [grid, palette, intensity, row, column]);

  if (!grid) return <p className="note">There are no layers to show: a value is missing or not a number.</p>;

  function follow(event: PointerEvent<HTMLCanvasElement>): void {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const cell = cellAt(event.clientX - left, event.clientY - top, width, height, grid!);
    setWanted(cell);
    onPoint(cell.column);
  }

  const value = grid.rows[row]?.[column] ?? 0;
  const place = `${rowName(row, rows)}, ${quote(tokens[column]?.text ?? '')} at ${column}`;
  return (
    <figure className="layers">
      <div className="layers-frame">
        <div className="layers-axis" aria-hidden="true">
          <span>layer {rows - 1}</span>
          <span>input</span>
        </div>
        <div className="layers-scroll">
          <canvas
            ref={canvas}
            className="layers-canvas"
            style={{ minWidth: columns * narrowest, height: Math.min(Math.max(rows * 18, 96), 280) }}
            tabIndex={0}
            role="application"
            aria-roledescription="relevance of layers and tokens"
            aria-label="Layers from top to bottom, tokens from left to right; the arrow keys move a cell cursor"
            onPointerMove={follow}
            onPointerDown={follow}
            onPointerLeave={() => onPoint(null)}
            onKeyDown={(event) => {
              const next = moved({ row, column }, event.key, rows, columns);
              if (!next) return;
              event.preventDefault();
              setWanted(next);
              onPoint(next.column);
            }}
            onBlur={() => onPoint(null)}
            data-testid="layers"
          />
        </div>
      </div>
      <figcaption className="layers-readout" aria-live="polite" data-testid="layer-cell" data-value={value}>
        {place}:{' '}
        <CopyNumber value={value} what={`relevance of the residual stream, ${place}`} result={result}>
          {formatLogits(value)}
        </CopyNumber>
      </figcaption>
      <p className="note">
        One scale for all layers, full colour at ±{formatNumber(grid.scale)} logits; hatched columns are left out of it.
        The last token holds the whole score on top, by construction.
      </p>
    </figure>
  );
}
