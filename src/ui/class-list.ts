// The classes to show: the likeliest five, and below them the explained and the subtracted one where they are not among
// them.
import type { ImageExplanation } from '../session/session.ts';
import { probabilityOf } from './candidate-list.ts';

export type ShownClass = ImageExplanation['classes'][number];

export function classList({ classes, target, contrast }: ImageExplanation): ShownClass[] {
  const [known] = classes;
  const others = [target, ...(contrast ? [contrast] : [])].filter(({ id }) => !classes.some((one) => one.id === id));
  return [
    ...classes,
    ...others.map(({ id, label, logit }) => ({ id, label, logit, probability: probabilityOf(logit, known!) })),
  ];
}
