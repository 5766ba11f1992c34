// Keys of the picture, as records; the help dialog lists the same records.
import type { RelevanceMap } from '../store/relevance-map.ts';
import { intensityRange } from '../store/settings-slice.ts';
import type { PictureDisplay } from '../store/settings.ts';
import type { AppState } from '../store/slices.ts';
import { pictureModes, recipes } from './choices.ts';

export interface ImageSituation {
  readonly state: AppState;
  readonly map: RelevanceMap | null;
  showHelp(): void;
}

export interface ImageShortcut {
  /** KeyboardEvent.key, in lower case. */
  readonly keys: readonly string[];
  readonly shown: string;
  readonly label: string;
  perform(situation: ImageSituation, key: string): void;
}

/** The likeliest class that is not the explained one. */
function toggleContrast({ state }: ImageSituation): void {
  const { question, result } = state.imageExplanation;
  if (!question || !result) return;
  const rival = result.classes.find(({ id }) => id !== question.target)?.id ?? null;
  void state.explainClass(question.target, question.contrast === null ? rival : null);
}

export function swapClasses({ imageExplanation, explainClass }: AppState): void {
  const { question } = imageExplanation;
  if (question && question.contrast !== null) void explainClass(question.contrast, question.target);
}

function changePicture({ state }: ImageSituation, change: Partial<PictureDisplay>): void {
  state.changeSettings({ picture: { ...state.settings.picture, ...change } });
}

function nextMode(situation: ImageSituation): void {
  const at = pictureModes.findIndex(({ value }) => value === situation.state.settings.picture.mode);
  changePicture(situation, { mode: pictureModes[(at + 1) % pictureModes.length]!.value });
}

function toggleLock(situation: ImageSituation): void {
  const { lockedScale } = situation.state.settings.picture;
  if (lockedScale !== null) changePicture(situation, { lockedScale: null });
  else if (situation.map?.kind === 'map') changePicture(situation, { lockedScale: situation.map.scale });
}

function stepIntensity({ state }: ImageSituation, direction: 1 | -1): void {
  const { min, max, step } = intensityRange;
  state.changeSettings({ intensity: Math.min(Math.max(state.settings.intensity + direction * step, min), max) });
}

export const imageShortcuts: readonly ImageShortcut[] = [
  {
    keys: ['escape'],
    shown: 'Esc',
    label: 'stop explaining',
    perform: ({ state }) => state.cancelImageExplanation(),
  },
  { keys: ['c'], shown: 'C', label: 'contrast with the likeliest other class', perform: toggleContrast },
  { keys: ['x'], shown: 'X', label: 'swap the two sides of a contrast', perform: ({ state }) => swapClasses(state) },
  { keys: ['m'], shown: 'M', label: 'overlay, map, masked', perform: nextMode },
  {
    keys: ['g'],
    shown: 'G',
    label: 'grid lines',
    perform: (situation) => changePicture(situation, { gridLines: !situation.state.settings.picture.gridLines }),
  },
  {
    keys: ['[', ']'],
    shown: '[ ]',
    label: 'less or more intensity',
    perform: (situation, key) => stepIntensity(situation, key === '[' ? -1 : 1),
  },
  { keys: ['l'], shown: 'L', label: 'lock or unlock the colour scale', perform: toggleLock },
  {
    keys: recipes.map((_, index) => String(index + 1)),
    shown: `1 … ${recipes.length}`,
    label: 'recipe',
    perform: ({ state }, key) => void state.changeRecipe({ recipe: recipes[Number(key) - 1]!.value }),
  },
  { keys: ['?'], shown: '?', label: 'this help', perform: ({ showHelp }) => showHelp() },
];

/** What a key does here, ready to be done; null where it has no meaning. */
export function imageShortcutFor(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}): { perform(situation: ImageSituation): void } | null {
  if (event.altKey || event.ctrlKey || event.metaKey) return null;
  const key = event.key.toLowerCase();
  const shortcut = imageShortcuts.find(({ keys }) => keys.includes(key));
  return shortcut ? { perform: (situation) => shortcut.perform(situation, key) } : null;
}
