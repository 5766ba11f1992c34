// Paints the picture a model saw, and the relevance of its patches, onto a canvas of any size; nothing here knows React.
import type { Grid, Picture } from '../session/session.ts';
import { strengthOf } from '../store/relevance-map.ts';
import type { PictureMode } from '../store/settings.ts';
import { opacityOf } from './colour.ts';
import { heatPixels, keptPatches, type Heat } from './heat-pixels.ts';
import type { Cell } from './layer-grid.ts';

export interface PatchDrawing {
  readonly seen: Picture;
  readonly heat: Heat;
  readonly mode: PictureMode;
  readonly opacity: number;
  readonly kept: number;
  readonly gridLines: boolean;
  readonly smooth: boolean;
  /** No colour: a plus or a minus in each patch, as large as its relevance. */
  readonly signs: boolean;
  readonly cursor: Cell | null;
  /** Of lines and signs over the page itself. */
  readonly ink: string;
}

const bitmaps = new WeakMap<Picture, HTMLCanvasElement>();

function canvasOf(width: number, height: number, data: Uint8ClampedArray<ArrayBuffer>): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext('2d')!.putImageData(new ImageData(data, width, height), 0, 0);
  return canvas;
}

function bitmapOf(picture: Picture): HTMLCanvasElement {
  const known = bitmaps.get(picture);
  if (known) return known;
  const { width, height, data } = picture;
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) rgba.set(data.subarray(from, from + 3), to);
  const bitmap = canvasOf(width, height, rgba);
  bitmaps.set(picture, bitmap);
  return bitmap;
}

/** Fits the canvas to its place on the page, and returns what draws on it in CSS pixels. */
function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const pixels = devicePixelRatio;
  canvas.width = Math.round(canvas.clientWidth * pixels);
  canvas.height = Math.round(canvas.clientHeight * pixels);
  const context = canvas.getContext('2d')!;
  context.scale(pixels, pixels);
  return context;
}

export function drawPicture(canvas: HTMLCanvasElement, picture: Picture): void {
  paint(contextOf(canvas), canvas, bitmapOf(picture), canvas.clientWidth < 3 * picture.width);
}

function paint(
  context: CanvasRenderingContext2D,
  place: HTMLCanvasElement,
  bitmap: HTMLCanvasElement,
  smooth: boolean,
): void {
  // prettier-ignore
  context.imageSmoothingEnabled = smooth;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, place.clientWidth, place.clientHeight);
}

export function drawPatches(canvas: HTMLCanvasElement, drawing: PatchDrawing): void {
  const { seen, heat, mode, opacity, gridLines, smooth, signs, cursor, ink } = drawing;
  const context = contextOf(canvas);
  const cells = cellsOf(canvas, heat.grid);
  if (mode !== 'map') {
    // Grey, so that red and blue mean relevance alone.
    context.filter = mode === 'overlay' && !signs ? 'grayscale(1)' : 'none';
    paint(context, canvas, bitmapOf(seen), canvas.clientWidth < 3 * seen.width);
    context.filter = 'none';
  }
  if (mode === 'masked') hideOthers(context, cells, heat, drawing.kept);
  else if (signs) drawSigns(context, cells, heat, mode === 'map' ? ink : null);
  else {
    const { width, height, data } = heatPixels(heat, smooth);
    context.globalAlpha = mode === 'overlay' ? opacity : 1;
    paint(context, canvas, canvasOf(width, height, data), smooth);
    context.globalAlpha = 1;
  }
  if (gridLines) drawLines(context, canvas, heat.grid, mode === 'map' ? ink : '#fff');
  if (cursor) outline(context, cells(cursor.row * heat.grid.columns + cursor.column));
}

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Along whole pixels of the screen, so that neighbours leave no seam. */
const cellsOf = ({ clientWidth, clientHeight, width: pixels }: HTMLCanvasElement, { rows, columns }: Grid) => {
  const density = pixels / clientWidth;
  const edge = (part: number): number => Math.round(part * density) / density;
  return (patch: number): Rect => {
    const [row, column] = [Math.floor(patch / columns), patch % columns];
    const [x, y] = [edge((column * clientWidth) / columns), edge((row * clientHeight) / rows)];
    const width = edge(((column + 1) * clientWidth) / columns) - x;
    return { x, y, width, height: edge(((row + 1) * clientHeight) / rows) - y };
  };
};

/** To the page itself: what is hidden is not there. */
function hideOthers(
  context: CanvasRenderingContext2D,
  cells: (patch: number) => Rect,
  { values }: Heat,
  part: number,
): void {
  // prettier-ignore
  keptPatches(values, part).forEach((kept, patch) => {
    const { x, y, width, height } = cells(patch);
    if (!kept) context.clearRect(x, y, width, height);
  });
}

function drawSigns(
  context: CanvasRenderingContext2D,
  cells: (patch: number) => Rect,
  heat: Heat,
  ink: string | null,
): void {
  // prettier-ignore
  heat.values.forEach((value, patch) => {
    const { x, y, width, height } = cells(patch);
    const opacity = opacityOf(strengthOf(value, heat.scale), heat.intensity);
    const reach = 0.42 * Math.min(width, height) * opacity;
    if (reach < 0.5) return;
    const [middle, centre] = [x + width / 2, y + height / 2];
    const stroke = (colour: string, thickness: number): void => {
      context.strokeStyle = colour;
      context.lineWidth = thickness;
      context.beginPath();
      context.moveTo(middle - reach, centre);
      context.lineTo(middle + reach, centre);
      if (value > 0) {
        context.moveTo(middle, centre - reach);
        context.lineTo(middle, centre + reach);
      }
      context.stroke();
    };
    // Over a photo: white on black, readable on anything.
    if (ink === null) stroke('#000', 4);
    stroke(ink ?? '#fff', 2);
  });
}

function drawLines(
  context: CanvasRenderingContext2D,
  { clientWidth, clientHeight }: HTMLCanvasElement,
  { rows, columns }: Grid,
  ink: string,
): void {
  // prettier-ignore
  context.strokeStyle = ink;
  context.globalAlpha = 0.4;
  context.lineWidth = 1;
  context.beginPath();
  for (let column = 1; column < columns; column++) {
    const x = Math.round((column * clientWidth) / columns) + 0.5;
    context.moveTo(x, 0);
    context.lineTo(x, clientHeight);
  }
  for (let row = 1; row < rows; row++) {
    const y = Math.round((row * clientHeight) / rows) + 0.5;
    context.moveTo(0, y);
    context.lineTo(clientWidth, y);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** Seen on any picture: a dark frame in a light one. */
function outline(context: CanvasRenderingContext2D, { x, y, width, height }: Rect): void {
  for (const [colour, inset] of [
    ['#fff', 1],
    ['#000', 3],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.strokeRect(x + inset, y + inset, width - 2 * inset, height - 2 * inset);
  }
}
