// Which grid each matrix of a model is quantised to: a table of sites, which checkpoints tell by their names.
import type { Grid } from './quantise-rows.ts';

/** What a matrix is for. Positions are added, not multiplied with, and always stay as they are stored. */
type Site = 'table' | 'patches' | 'positions' | 'layer';

const sites: readonly (readonly [name: RegExp, site: Site])[] = [
  [/(position_embeddings|pos_embed|pos_embedding)$/, 'positions'],
  [/(patch_embeddings\.projection|patch_embed\.proj|conv_proj)\.weight$/, 'patches'],
  // Embedding and head, which are one matrix in many models.
  [/(embed_tokens|lm_head|classifier|(^|\.)head|head_dist|heads\.\w+)\.weight$/, 'table'],
];

const siteOf = (name: string): Site => sites.find(([pattern]) => pattern.test(name))?.[1] ?? 'layer';

export type Recipe = Readonly<Record<Exclude<Site, 'positions'>, Grid>>;

const int8 = (group: number): Grid => ({ bits: 8, group, zero: 'symmetric' });
const int4 = (group: number, zero: Grid['zero']): Grid => ({ bits: 4, group, zero });
const everywhere = (grid: Grid): Recipe => ({ table: grid, patches: grid, layer: grid });
/** What stands first and last keeps 8 bits: errors there reach every token. */
const inside = (grid: Grid): Recipe => ({ table: int8(64), patches: int8(64), layer: grid });

/** What can be asked for by name. */
export const recipes = {
  none: null,
  int8: everywhere(int8(64)),
  int4: inside(int4(32, 'free')),
} as const satisfies Record<string, Recipe | null>;

/** What can be asked for instead of the weights as they are stored. */
export type SmallerFormat = Exclude<keyof typeof recipes, 'none'>;

/** Raised whenever other codes or scales come of the same weights: what was converted before is then made again. */
const conversionVersion = 1;

/** Names how weights are converted; kept with what came of it. */
export const identityOf = (recipe: Recipe): string => JSON.stringify({ version: conversionVersion, ...recipe });

/** What `quantise-quality` compares besides. */
export const otherRecipes: Readonly<Record<string, Recipe>> = {
  'int8 per row': everywhere(int8(0)),
  'int4 symmetric': inside(int4(32, 'symmetric')),
  'int4 group 64': inside(int4(64, 'free')),
  'int4 group 64 symmetric': inside(int4(64, 'symmetric')),
  'int4 everywhere': everywhere(int4(32, 'free')),
};

/** The grid of a matrix, or null where it stays as it is stored. */
export function gridFor(name: string, recipe: Recipe | null): Grid | null {
  const site = siteOf(name);
  return recipe === null || site === 'positions' ? null : recipe[site];
}
