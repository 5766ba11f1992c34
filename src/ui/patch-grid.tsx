// The picture under its relevance: one canvas, and one grid cell for assistive technology that follows pointer and keys.
import { useEffect, useId, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { ImageExplanation } from '../session/session.ts';
import type { RelevanceMap } from '../store/relevance-map.ts';
import { Card } from './card.tsx';
import { formatLogits } from './format.ts';
import { imageShortcutFor } from './image-shortcuts.ts';
import { patchFacts, patchName, spokenPatch } from './image-sentences.ts';
import { moved } from './layer-grid.ts';
import { drawPatches } from './patch-drawing.ts';
import { usePalette } from './use-map.ts';
import { useApp, useAppStore } from './use-store.ts';

export function PatchGrid(props: {
  readonly result: ImageExplanation;
  readonly map: Extract<RelevanceMap, { kind: 'map' }>;
  /** The patch that is told about, here and in the line below. */
  readonly cursor: number;
  /** A row of a table points at it. */
  readonly pointed: number | null;
  onMove(patch: number): void;
  showHelp(): void;
}) {
  const { result, map, cursor, pointed, onMove } = props;
  const { rows, columns } = result.grid;
  const store = useAppStore();
  const palette = usePalette();
  const { intensity, picture, underlineOnly } = useApp(({ settings }) => settings);
  const canvas = useRef<HTMLCanvasElement>(null);
  const cellId = useId();
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const shown = pointed ?? (hovered || focused ? cursor : null);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const draw = (): void =>
      drawPatches(element, {
        ...picture,
        seen: result.seen,
        heat: { grid: result.grid, values: result.patches, scale: map.scale, intensity, palette },
        signs: underlineOnly,
        cursor: shown === null ? null : { row: Math.floor(shown / columns), column: shown % columns },
        ink: getComputedStyle(element).color,
      });
    const watcher = new ResizeObserver(draw);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [result, map, columns, intensity, palette, picture, underlineOnly, shown]);

  function follow(event: PointerEvent<HTMLElement>): void {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const part = (at: number, size: number, count: number): number =>
      Math.min(Math.max(Math.floor((at / size) * count), 0), count - 1);
    onMove(part(event.clientY - top, height, rows) * columns + part(event.clientX - left, width, columns));
    setHovered(event.pointerType !== 'touch');
  }

  function onKeyDown(event: KeyboardEvent): void {
    const shortcut = imageShortcutFor(event);
    const next = moved({ row: Math.floor(cursor / columns), column: cursor % columns }, event.key, rows, columns);
    if (shortcut) shortcut.perform({ state: store.getState(), map, showHelp: props.showHelp });
    else if (next && !event.ctrlKey && !event.metaKey && !event.altKey) {
      onMove(next.row * columns + next.column);
      // A click gave the focus without showing it; who walks on with the keys has to see where.
      setFocused(true);
    } else return;
    event.preventDefault();
  }

  const boxOf = () => {
    const box = canvas.current?.getBoundingClientRect();
    if (!box) return undefined;
    const [width, height] = [box.width / columns, box.height / rows];
    const left = box.left + (cursor % columns) * width;
    const top = box.top + Math.floor(cursor / columns) * height;
    return { left, top, right: left + width, bottom: top + height };
  };
  const place = map.places[cursor];
  const name = patchName(cursor, result.grid);
  return (
    <div
      className="patches"
      role="grid"
      tabIndex={0}
      aria-label={`Relevance of the patches, ${rows} rows and ${columns} columns; the arrow keys move from patch to patch`}
      aria-rowcount={rows}
      aria-colcount={columns}
      aria-activedescendant={cellId}
      onKeyDown={onKeyDown}
      onPointerMove={follow}
      onPointerDown={follow}
      onPointerLeave={() => setHovered(false)}
      onFocus={(event) => setFocused(event.currentTarget.matches(':focus-visible'))}
      onBlur={() => setFocused(false)}
      data-testid="patches"
      data-rows={rows}
      data-columns={columns}
    >
      <canvas ref={canvas} className="patches-canvas" aria-hidden="true" />
      <div role="row" aria-rowindex={Math.floor(cursor / columns) + 1} className="visually-hidden">
        <div
          id={cellId}
          role="gridcell"
          aria-selected="true"
          aria-colindex={(cursor % columns) + 1}
          aria-label={spokenPatch(cursor, result.grid, place)}
        />
      </div>
      {(hovered || focused) && place && (
        <Card
          boxOf={boxOf}
          title={`${name[0]!.toUpperCase()}${name.slice(1)}`}
          value={formatLogits(place.relevance)}
          facts={[patchFacts(place, rows * columns)]}
        />
      )}
    </div>
  );
}
