// Paints a layer grid onto a canvas of any size; nothing here knows React.
import { hueOf, opacityOf, type Palette } from './colour.ts';
import type { Cell, LayerGrid } from './layer-grid.ts';
import { strengthOf } from '../store/relevance-map.ts';

export interface Drawing {
  readonly grid: LayerGrid;
  readonly palette: Palette;
  readonly intensity: number;
  readonly cursor: Cell;
  readonly cursorColour: string;
}

/** Diagonal lines over a cell that is left out of the scale, as in the text. */
function hatch(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.globalAlpha = 1;
  context.globalCompositeOperation = 'destination-out';
  context.lineWidth = 2;
  context.beginPath();
  for (let offset = -height; offset < width; offset += 5) {
    context.moveTo(x + offset, y + height);
    context.lineTo(x + offset + height, y);
  }
  context.stroke();
  context.restore();
}

export function drawGrid(canvas: HTMLCanvasElement, drawing: Drawing): void {
  const { grid, palette, intensity, cursor, cursorColour } = drawing;
  const context = canvas.getContext('2d');
  if (!context) return;
  const columns = grid.rows[0]?.length ?? 1;
  const pixels = devicePixelRatio;
  const { clientWidth, clientHeight } = canvas;
  canvas.width = Math.round(clientWidth * pixels);
  canvas.height = Math.round(clientHeight * pixels);
  context.scale(pixels, pixels);
  const width = clientWidth / columns;
  const height = clientHeight / grid.rows.length;
  const gap = width > 6 ? 1 : 0;
  grid.rows.forEach((row, y) =>
    row.forEach((relevance, x) => {
      context.globalAlpha = opacityOf(strengthOf(relevance, grid.scale), intensity);
      context.fillStyle = hueOf(relevance, palette);
      context.fillRect(x * width, y * height, width - gap, height - gap);
      if (grid.excluded.includes(x)) hatch(context, x * width, y * height, width - gap, height - gap);
    }),
  );
  context.globalAlpha = 1;
  context.strokeStyle = cursorColour;
  context.lineWidth = 2;
  context.strokeRect(
    cursor.column * width + 1,
    cursor.row * height + 1,
    Math.max(width - gap - 2, 1),
    height - gap - 2,
  );
}
