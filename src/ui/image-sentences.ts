// What the page says in words about images: what is explained, by which recipe, where the score went, what a patch has.
import type { GammaSite, Grid, ImageExplanation } from '../session/session.ts';
import type { PlacedRelevance } from '../store/relevance-map.ts';
import { gammaSites, recipes } from './choices.ts';
import { formatNumber, formatPercent, formatSigned, quote } from './format.ts';

/** What is explained: "the logit of “Egyptian cat”" */
export function classSubject({ target, contrast, scalar }: ImageExplanation): string {
  const subtracted = contrast ? quote(contrast.label) : scalar === 'centred-logit' ? 'the mean logit' : null;
  const name = quote(target.label);
  return subtracted === null ? `the logit of ${name}` : `${name} minus ${subtracted}`;
}

/** "CP-LRP with γ (patches 0.25, MLP 0.05)": everything the numbers depend on. */
export function recipeName({ recipe, gammas }: ImageExplanation): string {
  const name = recipes.find(({ value }) => value === recipe)?.label ?? recipe;
  const set = Object.entries(gammas ?? {}).filter(([, gamma]) => gamma !== 0);
  const stated = set.map(([site, gamma]) => `${gammaSites[site as GammaSite]} ${gamma}`).join(', ');
  return stated === '' ? name : `${name} (${stated})`;
}

/** A negative score turns the meaning of the map around; say so instead of flipping it. */
export function negativeClassNote({ target, contrast }: ImageExplanation): string | null {
  if (target.score >= 0) return null;
  return contrast
    ? 'The score is negative: the model prefers the other class. Blue patches are why.'
    : 'The score is negative, so blue patches are what keeps this class down.';
}

/** Where the score went that the patches did not get. */
export function sharesSentence({ ledger }: ImageExplanation): string {
  const { inputs, biases, positions, cls, softmax } = ledger;
  const parts = [`patches ${formatSigned(inputs)}`];
  if (biases === null || positions === null || cls === null || softmax === null)
    return `The ${parts[0]}; this method does not say where the rest of the score went.`;
  parts.push(
    `biases ${formatSigned(biases)}`,
    `positions ${formatSigned(positions)}`,
    `class token ${formatSigned(cls)}`,
    `attention ${formatSigned(softmax)}`,
  );
  return `Of the score ${formatSigned(ledger.score)}: ${parts.join(', ')}.`;
}

/** Rows and columns are counted from one, as people do. */
export const patchName = (patch: number, { columns }: Grid): string =>
  `row ${Math.floor(patch / columns) + 1}, column ${(patch % columns) + 1}`;

/** "3.2 % of |relevance| · rank 2 of 196" */
export const patchFacts = ({ share, rank }: PlacedRelevance, count: number): string =>
  `${formatPercent(share)} of |relevance| · rank ${rank} of ${count}`;

/** "row 5, column 7, relevance plus 0.41, 3.2 % of all, rank 2 of 196" */
export function spokenPatch(patch: number, grid: Grid, place: PlacedRelevance | undefined): string {
  if (!place) return patchName(patch, grid);
  const sign = place.relevance < 0 ? 'minus' : 'plus';
  const value = `relevance ${sign} ${formatNumber(Math.abs(place.relevance))}`;
  return `${patchName(patch, grid)}, ${value}, ${formatPercent(place.share)} of all, rank ${place.rank} of ${grid.rows * grid.columns}`;
}
