// The token above or below another one, by where they stand on the page.

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const centre = ({ left, right }: Box): number => (left + right) / 2;
const middle = ({ top, bottom }: Box): number => (top + bottom) / 2;

/** Index of the box on the nearest line in that direction whose centre is closest, or -1. */
export function nearestOnLine(boxes: readonly Box[], from: Box, direction: 1 | -1): number {
  const ahead = boxes
    .map((box, index) => ({
      index,
      across: Math.abs(centre(box) - centre(from)),
      along: direction * (middle(box) - middle(from)),
    }))
    .filter(({ along }) => along > (from.bottom - from.top) / 2);
  const line = Math.min(...ahead.map(({ along }) => along));
  const onLine = ahead.filter(({ along }) => along < line + (from.bottom - from.top) / 2);
  return onLine.toSorted((a, b) => a.across - b.across)[0]?.index ?? -1;
}

export function verticalNeighbour(list: HTMLElement | null, from: EventTarget, direction: 1 | -1): HTMLElement | null {
  if (!list || !(from instanceof HTMLElement)) return null;
  const options = [...list.querySelectorAll<HTMLElement>('[data-key]')];
  // A token that wraps counts where it begins.
  const boxOf = (element: HTMLElement): Box => element.getClientRects()[0] ?? element.getBoundingClientRect();
  return options[nearestOnLine(options.map(boxOf), boxOf(from), direction)] ?? null;
}
