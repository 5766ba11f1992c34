// What the page says in words: what is explained, how to read the colours, what is going on, what can be done.
import type { Explanation, ImageExplanation } from '../session/session.ts';
import { nameOfLocation } from '../store/model-address.ts';
import type { RelevanceMap } from '../store/relevance-map.ts';
import type { AppState } from '../store/slices.ts';
import type { ModelState, PromptPace } from '../store/state.ts';
import { methods } from './choices.ts';
import { formatBytes, formatNumber, formatPercent, quote } from './format.ts';
import { classSubject, recipeName } from './image-sentences.ts';

const nameOf = ({ text, id }: { readonly text: string | null; readonly id: number }): string =>
  text === null ? `token id ${id}` : quote(text);

/** What is explained: "“ kite” minus the mean logit at position 12" */
export function subjectOf({ target, contrast, scalar, tokens }: Explanation): string {
  const subtracted = contrast ? nameOf(contrast) : scalar === 'centred-logit' ? 'the mean logit' : null;
  const subject = subtracted === null ? `the logit of ${nameOf(target)}` : `${nameOf(target)} minus ${subtracted}`;
  return `${subject} at position ${tokens.length}`;
}

/** A number as it is quoted: in full, with its unit and everything it depends on. */
export function numberSentence(
  value: number,
  what: string,
  result: Explanation | ImageExplanation,
  model: string | null,
): string {
  const about = 'grid' in result ? [classSubject(result), recipeName(result)] : [subjectOf(result), methodName(result)];
  return `${value} logits: ${what}, explaining ${[...about, model].filter(Boolean).join(', ')}`;
}

const methodName = ({ method }: Explanation): string => methods.find(({ value }) => value === method)?.label ?? method;

/** What the gauge of reading measures. */
export function readingFacts(prefill: PromptPace | null): string {
  const known = prefill?.reused ? `; ${prefill.reused} tokens before them were read already` : '';
  return `Prompt tokens read per second${prefill ? `: ${prefill.tokens} tokens` : ''}${known}`;
}

/** What about a prompt is likely not meant, or null. */
export const promptLint = (prompt: string): string | null =>
  prompt.endsWith(' ')
    ? 'The prompt ends with a space. Words bring their own, so the model has hardly seen a text that ends like this.'
    : null;

/** A negative score turns the meaning of the map around; say so instead of flipping it. */
export function negativeScoreNote({ target, contrast, scalar }: Explanation): string | null {
  if (target.score >= 0) return null;
  if (contrast) return 'The score is negative: the model prefers the other candidate. Blue tokens are why.';
  const remedy = scalar === 'logit' ? ' The centred logit avoids this.' : '';
  return `The score is negative, so most relevance is blue: blue tokens keep this token down.${remedy}`;
}

export interface LegendOptions {
  readonly intensity: number;
  readonly locked: boolean;
  /** The tokens outside the scale, as they are called. */
  readonly excluded: readonly string[];
  readonly hidden: boolean;
}

export function legendSentence(map: Extract<RelevanceMap, { kind: 'map' }>, options: LegendOptions): string {
  const parts = [
    `Full colour at ±${formatNumber(map.scale)} logits${options.locked ? ' (locked)' : ''}`,
    `intensity ${options.intensity}`,
  ];
  const [first] = options.excluded;
  if (first !== undefined) {
    const who = options.excluded.length === 1 ? first : `${options.excluded.length} tokens`;
    const pronoun = options.excluded.length === 1 ? 'it carries' : 'they carry';
    const how = options.hidden ? 'hidden and left out of the scale' : 'left out of the scale';
    parts.push(`${who} ${how}, ${pronoun} ${formatPercent(map.excludedShare)} of |relevance|`);
  }
  return parts.join(' · ');
}

/** The one line under the prompt box; also what a screen reader hears, so progress comes in quarters. */
export function statusSentence(state: AppState): string {
  if (state.image.status === 'loading') return `Reading ${state.image.name} …`;
  return state.mode === 'image' ? imageStatus(state) : textStatus(state);
}

/** What there is to say about a model that is not ready. */
function modelStatus(model: ModelState): string | null {
  if (model.status === 'ready') return null;
  if (model.status === 'failed') return model.lost ? 'The model was lost.' : 'The model could not be opened.';
  if (model.status === 'idle') return 'No model is open.';
  const name = nameOfLocation(model.location);
  const { progress } = model;
  if (progress?.phase === 'compiling') return `Compiling the shaders for ${name} …`;
  if (progress?.phase === 'downloading') {
    const quarter = Math.floor((4 * progress.doneBytes) / Math.max(progress.totalBytes, 1)) * 25;
    return `Downloading ${name}: ${quarter} % of ${formatBytes(progress.totalBytes)}`;
  }
  if (progress?.phase !== 'weights') return `Opening ${name} …`;
  const quarter = Math.floor((4 * progress.doneBytes) / Math.max(progress.totalBytes, 1)) * 25;
  return `Loading ${name}: ${quarter} % of ${formatBytes(progress.totalBytes)}`;
}

function imageStatus({ image, imageModel, imageExplanation: { status, progress, result } }: AppState): string {
  // Nothing needs a model before there is an image.
  if (imageModel.status === 'idle' && !image.given) return 'No image yet.';
  const waiting = modelStatus(imageModel);
  if (waiting !== null || imageModel.status !== 'ready') return waiting ?? '';
  if (!image.given) return `${imageModel.info.name} is ready.`;
  if (status === 'loading') return `Explaining: ${Math.floor(progress * 4) * 25} %`;
  return result ? `${image.given.name} is explained.` : `${image.given.name} is not explained.`;
}

function textStatus({ model, text, explanation }: AppState): string {
  const waiting = modelStatus(model);
  if (waiting !== null || model.status !== 'ready') return waiting ?? '';
  const written = text.tokens.length - text.promptLength;
  if (text.status === 'loading') return written > 0 ? 'Writing …' : 'Reading the prompt …';
  if (explanation.status === 'loading') return `Explaining: ${Math.floor(explanation.progress * 4) * 25} %`;
  if (text.status === 'idle') return `${model.info.name} is ready.`;
  if (text.status === 'failed') return 'The prompt could not be run.';
  const endings = {
    'end-of-text': 'The text ended',
    'max-tokens': 'The token limit was reached',
    'context-full': 'The context is full',
    cancelled: 'Stopped',
  };
  return `${endings[text.stopped ?? 'cancelled']} after ${written} ${written === 1 ? 'token' : 'tokens'}.`;
}

export type Remedy = 'reopen' | 'choose' | 'image' | 'reload';

/** What can be done about an error of that name, beyond what its sentence says. */
export function adviceFor(name: string): { readonly text?: string; readonly action?: Remedy } {
  switch (name) {
    case 'DeviceLostError':
      return { text: 'Prompt and image are kept.', action: 'reopen' };
    case 'OutOfMemoryError':
      return { text: 'A shorter text or a smaller model needs less memory.', action: 'choose' };
    case 'SourceError':
    case 'FormatError':
    case 'UnsupportedError':
    case 'TokenizerError':
      return { action: 'choose' };
    case 'ImageError':
      return { action: 'image' };
    case 'WorkerError':
      return { action: 'reload' };
    case 'NoGpuError':
      return { text: 'The page chrome://gpu shows what the browser found.' };
    case 'ContextError':
      return { text: 'Shorten the prompt, lower the number of new tokens, or begin a new conversation.' };
    default:
      return {};
  }
}

/** Why this page cannot use WebGPU at all, or null. */
export function webGpuProblem(page: { readonly secure: boolean; readonly hasGpu: boolean }): string | null {
  if (page.hasGpu) return null;
  if (!page.secure)
    return 'Browsers offer WebGPU only to pages served over https or from localhost. Open this page from such an address.';
  return 'This browser has no WebGPU, which runs the model. Use a current Chrome or Edge; on Linux start it with --enable-unsafe-webgpu --enable-features=Vulkan if WebGPU is switched off.';
}
