// `explain --image`: which patches of an image speak for a class; JSON, or a table and a picture.
import type {
  ExplainImageRequest,
  GammaSite,
  ImageExplanation,
  Picture,
  RecipeName,
  ScalarName,
} from '../session/session.ts';
import { AppError } from '../errors.ts';
import { WrongUsage, type Values } from './arguments.ts';
import type { Context } from './command.ts';
import { heatOver, scaleOf } from './heat.ts';
import { requireClosed } from './ledger.ts';
import { readGivenModel, withModel } from './model.ts';
import { wayBackOf } from './way-back.ts';

const recipes: readonly RecipeName[] = [
  'cp-lrp-gamma',
  'attnlrp-gamma',
  'cp-lrp-epsilon',
  'attnlrp-epsilon',
  'gradient-x-input',
];
const scalars: readonly ScalarName[] = ['logit', 'centred-logit'];

/** Flag → the site whose γ it sets. */
const gammaFlags: Readonly<Record<string, GammaSite>> = {
  'gamma-conv': 'patches',
  'gamma-qkv': 'query-key-value',
  'gamma-out': 'out',
  'gamma-mlp': 'mlp',
  'gamma-head': 'head',
};

export const imageOptions = {
  image: { type: 'string' },
  class: { type: 'string' },
  recipe: { type: 'string' },
  out: { type: 'string' },
  ...Object.fromEntries(Object.keys(gammaFlags).map((flag) => [flag, { type: 'string' } as const])),
} as const;

export const imageUsage = `
  --image FILE       a PNG or JPEG; the model is then a vision transformer
  --class N          the class to explain (the likeliest one); --contrast and --scalar as for texts
  --recipe NAME      ${recipes.join(', ')} (${recipes[0]})
  --gamma-SITE X     γ of conv, qkv, out, mlp or head in place of the recipe's own
  --out FILE.png     write the image as the model saw it, with its relevance over it
`;

export async function explainImage(values: Values, context: Context): Promise<void> {
  values.refuse(
    ['prompt', 'ids', 'chat', 'system', 'messages', 'target', 'method'],
    'cannot stand beside --image; images have --class and --recipe',
  );
  const model = readGivenModel(values);
  const file = context.path(values.required('image'));
  const gammas = Object.entries(gammaFlags)
    .filter(([flag]) => values.text(flag) !== null)
    .map(([flag, site]) => [site, values.number(flag, [0, 1e6], 0)] as const);
  const choices = {
    target: values.id('class', 'class'),
    contrast: values.id('contrast', 'class'),
    scalar: values.oneOf('scalar', scalars, 'logit'),
    recipe: values.oneOf('recipe', recipes, 'cp-lrp-gamma'),
    gammas: Object.fromEntries(gammas),
    wayBack: wayBackOf(values),
  };
  const out = values.text('out');
  refuseNonsense(choices, out);
  const { terminal, signal } = context;
  const image = await context.readImage(file);
  const explanation = await withModel(
    model,
    context,
    (session) => {
      const onProgress = (part: number) => terminal.progress(`Explaining: ${Math.floor(100 * part)} %`);
      return session.explainImage({ image, ...choices }, { signal, onProgress });
    },
    'image',
  );
  terminal.progress('');
  const { target, contrast } = explanation;
  if (target.id === contrast?.id) throw new AppError('UsageError', nothingBetween(target.id));
  terminal.out(values.flag('json') ? `${toJson(explanation)}\n` : describe(explanation));
  if (out !== null) await context.writeImage(context.path(out), overlay(explanation));
  if (choices.recipe !== 'gradient-x-input') requireClosed({ ...explanation.ledger });
}

const nothingBetween = (id: number): string =>
  `--contrast ${id} is the explained class itself, so their difference is zero. Name another class.`;

/** What no model could answer is said before one is loaded. */
function refuseNonsense(
  { target, contrast, recipe, gammas }: Pick<ExplainImageRequest, 'target' | 'contrast' | 'recipe' | 'gammas'>,
  out: string | null,
): void {
  if (contrast !== null && contrast === target) throw new WrongUsage(nothingBetween(contrast));
  if (recipe === 'gradient-x-input' && Object.keys(gammas ?? {}).length > 0)
    throw new WrongUsage('--recipe gradient-x-input has no γ to set. Leave the --gamma flags out, or choose another.');
  if (out !== null && /\.(jpe?g|webp|gif|bmp|tiff?|avif|svg|pdf)$/i.test(out))
    throw new WrongUsage(`--out ${out}: the picture is written as PNG. Give a name that ends in .png.`);
}

function toJson({ classes, target, contrast, grid, patches, ledger }: ImageExplanation): string {
  return JSON.stringify({ classes, target, ...(contrast && { contrast }), grid, patches, ledger });
}

function describe({ classes, target, contrast, grid, patches, recipe, ledger }: ImageExplanation): string {
  const against = contrast === null ? '' : ` minus that of "${contrast.label}"`;
  const rows = Array.from({ length: grid.rows }, (_, row) =>
    patches
      .slice(row * grid.columns, (row + 1) * grid.columns)
      .map((value) => value.toFixed(2).padStart(6))
      .join(''),
  );
  const entries = Object.entries(ledger).flatMap(([name, value]) =>
    value === null ? [] : `${name} ${value.toPrecision(4)}`,
  );
  return [
    ...classes.map(({ id, label, probability }) => `${(100 * probability).toFixed(1).padStart(5)} %  ${label} (${id})`),
    `Explained: the score of "${target.label}"${against} = ${target.score.toPrecision(4)}, by ${recipe}, patch by patch:`,
    ...rows,
    `Ledger: ${entries.join(', ')}`,
    '',
  ].join('\n');
}

/** Red speaks for the class, blue against it; one symmetric scale. */
function overlay({ seen, grid, patches }: ImageExplanation): Picture {
  const scale = scaleOf(patches);
  const data = new Uint8Array(seen.data.length);
  for (let pixel = 0; pixel < seen.width * seen.height; pixel++) {
    const row = Math.floor((Math.floor(pixel / seen.width) * grid.rows) / seen.height);
    const column = Math.floor(((pixel % seen.width) * grid.columns) / seen.width);
    const strength = patches[row * grid.columns + column]! / scale;
    data.set(
      heatOver([seen.data[pixel * 3]!, seen.data[pixel * 3 + 1]!, seen.data[pixel * 3 + 2]!], strength),
      pixel * 3,
    );
  }
  return { ...seen, data };
}
