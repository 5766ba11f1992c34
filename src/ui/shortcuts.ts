// Keys of the text view, as records: what they are called, what they do. The help dialog lists the same records.
import type { MethodName } from '../session/session.ts';
import type { RelevanceMap } from '../store/relevance-map.ts';
import { intensityRange } from '../store/settings-slice.ts';
import type { SpecialTokens } from '../store/settings.ts';
import type { AppState } from '../store/slices.ts';
import { methods } from './choices.ts';

export interface Situation {
  readonly state: AppState;
  readonly map: RelevanceMap | null;
  /** Moves to a token and explains it. */
  goTo(index: number): void;
  showHelp(): void;
}

export interface Shortcut {
  /** KeyboardEvent.key, with 'Control+' in front where Ctrl or ⌘ is held. */
  readonly keys: readonly string[];
  readonly shown: string;
  readonly label: string;
  perform(situation: Situation, key: string): void;
}

const policies: readonly SpecialTokens[] = ['exclude', 'show', 'hide'];

function stepIntensity({ state }: Situation, direction: 1 | -1): void {
  const { min, max, step } = intensityRange;
  const intensity = Math.min(Math.max(state.settings.intensity + direction * step, min), max);
  state.changeSettings({ intensity });
}

/** The likeliest candidate that is not the explained one. */
function toggleContrast({ state }: Situation): void {
  const { question, result } = state.explanation;
  if (!question || !result) return;
  const rival = result.candidates.find(({ id }) => id !== question.target)?.id ?? null;
  void state.explain(question.index, { ...question, contrast: question.contrast === null ? rival : null });
}

export function swapContrast({ explanation, explain }: AppState): void {
  const { question } = explanation;
  if (!question || question.contrast === null) return;
  void explain(question.index, { target: question.contrast, contrast: question.target });
}

function toggleLock({ state, map }: Situation): void {
  if (state.settings.lockedScale !== null) state.changeSettings({ lockedScale: null });
  else if (map?.kind === 'map') state.changeSettings({ lockedScale: map.scale });
}

function nextPolicy({ state }: Situation): void {
  const next = (policies.indexOf(state.settings.specialTokens) + 1) % policies.length;
  state.changeSettings({ specialTokens: policies[next] ?? 'exclude' });
}

function goBeside({ state, goTo }: Situation, step: 1 | -1): void {
  const index = (state.explanation.question?.index ?? state.text.promptLength - 1) + step;
  if (index > 0 && index < state.text.tokens.length) goTo(index);
}

const chooseMethod = ({ state }: Situation, key: string): void => {
  const method: MethodName | undefined = methods[Number(key) - 1]?.value;
  if (method) void state.changeMethod({ method });
};

export const shortcuts: readonly Shortcut[] = [
  {
    keys: ['Control+ArrowLeft', 'Control+ArrowRight'],
    shown: 'Ctrl ← →',
    label: 'explain the token before or after',
    perform: (situation, key) => goBeside(situation, key.endsWith('Left') ? -1 : 1),
  },
  { keys: ['Escape'], shown: 'Esc', label: 'clear the explanation', perform: ({ state }) => state.clearExplanation() },
  { keys: ['c'], shown: 'C', label: 'contrast with the likeliest other candidate', perform: toggleContrast },
  { keys: ['x'], shown: 'X', label: 'swap the two sides of a contrast', perform: ({ state }) => swapContrast(state) },
  {
    keys: ['[', ']'],
    shown: '[ ]',
    label: 'less or more intensity',
    perform: (situation, key) => stepIntensity(situation, key === '[' ? -1 : 1),
  },
  { keys: ['s'], shown: 'S', label: 'special tokens: exclude, show, hide', perform: nextPolicy },
  { keys: ['l'], shown: 'L', label: 'lock or unlock the colour scale', perform: toggleLock },
  {
    keys: ['t'],
    shown: 'T',
    label: 'chat template: show or fold',
    perform: ({ state }) => state.showTemplate(!state.chat.templateShown),
  },
  { keys: ['1', '2', '3'], shown: '1 2 3', label: 'method', perform: chooseMethod },
  { keys: ['.'], shown: '.', label: 'stop writing', perform: ({ state }) => state.stop() },
  { keys: ['?'], shown: '?', label: 'this help', perform: ({ showHelp }) => showHelp() },
];

export function shortcutFor(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}): { readonly shortcut: Shortcut; readonly key: string } | null {
  if (event.altKey) return null;
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const key = event.ctrlKey || event.metaKey ? `Control+${name}` : name;
  const shortcut = shortcuts.find(({ keys }) => keys.includes(key));
  return shortcut ? { shortcut, key } : null;
}
