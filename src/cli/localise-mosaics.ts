// `localise` for mosaics: how much of a map lies in the one tile of four that shows the asked class.
import { AppError } from '../errors.ts';
import { average, type Localisation, type Score } from '../evaluate/localise.ts';
import { readMosaics, type MosaicItem } from '../evaluate/mosaic-benchmark.ts';
import { composeMosaic, localiseTile, mosaicSize } from '../evaluate/mosaic.ts';
import { randomMaps } from '../evaluate/random-map.ts';
import type { Picture, RecipeName, ScalarName } from '../session/session.ts';
import type { Values } from './arguments.ts';
import type { Context } from './command.ts';
import { withModel } from './model.ts';
import { describeScores } from './score-table.ts';

const recipes: readonly RecipeName[] = [
  'cp-lrp-gamma',
  'attnlrp-gamma',
  'attnlrp-epsilon',
  'cp-lrp-epsilon',
  'gradient-x-input',
];
const scalars: readonly ScalarName[] = ['logit', 'centred-logit'];

interface Judged {
  /** Whether the model sees the asked class at all. */
  readonly seen: boolean;
  readonly result: Localisation;
}

export async function localiseMosaics(
  values: Values,
  context: Context,
  content: unknown,
  file: string,
): Promise<string> {
  const given = values.text('images');
  // The samples lie beside the benchmarks, in public/samples.
  const folder = given === null ? `${file.replace(/[^/\\]*$/, '')}../samples` : context.path(given);
  const items = readMosaics(content, given === null ? 'samples' : 'items', file).slice(
    0,
    values.integer('limit', [1, Number.MAX_SAFE_INTEGER], 200),
  );
  const scalar = values.oneOf('scalar', scalars, 'logit');
  const randomMap = randomMaps(values.integer('seed', [0, 2 ** 32 - 1], 0));
  const results = new Map<string, Judged[]>([...recipes, 'random'].map((recipe) => [recipe, []]));
  const { terminal, signal } = context;
  await withModel(
    values.required('model'),
    context,
    async (session, { grid, patchSize, labels }) => {
      const size = mosaicSize(grid, patchSize);
      for (const [index, item] of items.entries()) {
        terminal.progress(`Explaining ${index + 1} of ${items.length}`);
        const image = composeMosaic(await readTiles(item, folder, context), size);
        const target = classOf(item, labels);
        let seen = false;
        for (const recipe of recipes) {
          const request = { image, target, contrast: null, scalar, recipe };
          const { patches, classes } = await session.explainImage(request, { signal });
          seen = classes.slice(0, item.tiles.length).some(({ id }) => id === target);
          results.get(recipe)!.push({ seen, result: localiseTile(patches, grid, item.tile) });
        }
        const patches = [...randomMap(grid.rows * grid.columns)];
        results.get('random')!.push({ seen, result: localiseTile(patches, grid, item.tile) });
      }
      terminal.progress('');
    },
    'image',
  );
  const scores = [...results].map(([recipe, judged]) => [recipe, scoresOf(judged)] as const);
  return values.flag('json') ? toJson(scalar, scores) : describe(scalar, scores);
}

function readTiles({ tiles }: MosaicItem, folder: string, context: Context): Promise<Picture[]> {
  return Promise.all(tiles.map((tile) => context.readImage(`${folder}/${tile}`)));
}

function classOf({ label }: MosaicItem, labels: readonly string[]): number {
  const id = labels.indexOf(label);
  if (id === -1) throw new AppError('UsageError', `The benchmark asks for "${label}", which is no class of the model.`);
  return id;
}

/** A map can only show what the model saw: of four pictures, a class that is among its four likeliest. */
function scoresOf(judged: readonly Judged[]): Record<'all' | 'seen', Score> {
  const of = (chosen: readonly Judged[]): Score => average(chosen.map(({ result }) => result));
  return { all: of(judged), seen: of(judged.filter(({ seen }) => seen)) };
}

type Scores = readonly (readonly [recipe: string, scores: Readonly<Record<'all' | 'seen', Score>>])[];

function toJson(scalar: ScalarName, scores: Scores): string {
  return `${JSON.stringify({ scalar, chance: 0.25, recipes: Object.fromEntries(scores) })}\n`;
}

function describe(scalar: ScalarName, scores: Scores): string {
  const rows = (which: 'all' | 'seen') => scores.map(([recipe, both]) => [`${recipe}, ${which}`, both[which]] as const);
  return [
    `Explained: the ${scalar} of the asked class; one tile of four by chance: 25 %.`,
    `Seen: mosaics in which the asked class is among the model's four likeliest.`,
    '',
    describeScores('recipe', [...rows('all'), ...rows('seen')]),
  ].join('\n');
}
