// What the classes of an image model are called: as config.json says, else labels.txt beside the weights (one a line, in the
// order of the classes; timm's models come without labels), else "class N".
import type { Source } from '../load/source.ts';
import type { ImageModel } from '../models/model.ts';

export interface ClassLabels {
  /** One for every class. */
  readonly labels: readonly string[];
  /** About a file that does not fit. */
  readonly warnings: readonly string[];
}

export async function classLabels(
  { classes, labels }: Pick<ImageModel, 'classes' | 'labels'>,
  source: Source,
  signal?: AbortSignal,
): Promise<ClassLabels> {
  const named = labels ?? (await linesOf(source, signal));
  const warnings =
    named.length === 0 || named.length === classes
      ? []
      : [
          `labels.txt has ${named.length} lines for ${classes} classes, so labels may belong to other classes. ` +
            'It has to hold one label a line, in the order of the classes.',
        ];
  // An empty line is a class without a name; it must not move the others.
  return { labels: Array.from({ length: classes }, (_, id) => named[id] || `class ${id}`), warnings };
}

async function linesOf(source: Source, signal?: AbortSignal): Promise<string[]> {
  const file = await source.open('labels.txt', signal);
  if (!file) return [];
  const text = new TextDecoder().decode(await file.read(0, file.size, signal));
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
}
