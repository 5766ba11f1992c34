// What a chat template wrote between two contents, as one thing: a run of tokens that is folded into the name of whoever
// speaks next, with its summed relevance.
import type { ChatRole } from '../session/session.ts';
import { isTemplate, type PassageToken } from '../store/passage.ts';
import { strengthOf, type RelevanceMap } from '../store/relevance-map.ts';
import { formatNumber } from './format.ts';
import type { DrawnUnit } from './passage-tokens.ts';

export interface TemplateRun {
  readonly first: number;
  readonly count: number;
  /** Whose turn it opens. */
  readonly role: ChatRole;
}

export interface DrawnRun extends TemplateRun {
  readonly kind: 'run';
  readonly text: string;
  readonly open: boolean;
  /** Null where nothing was explained. */
  readonly relevance: number | null;
  readonly strength: number;
  readonly share: number;
  readonly excluded: boolean;
}

export type PassageItem = DrawnRun | ({ readonly kind: 'unit' } & DrawnUnit);

export const roleNames: Readonly<Record<ChatRole, string>> = { system: 'System', user: 'User', assistant: 'Assistant' };

export function templateRuns(tokens: readonly PassageToken[]): TemplateRun[] {
  const runs: TemplateRun[] = [];
  tokens.forEach((token, index) => {
    const before = tokens[index - 1];
    if (!isTemplate(token) || (before && isTemplate(before))) return;
    const next = tokens.findIndex((other, later) => later > index && !isTemplate(other));
    const end = next < 0 ? tokens.length : next;
    // The last run opens the answer, of which nothing may have been written yet.
    runs.push({ first: index, count: end - index, role: tokens[end]?.turn?.role ?? 'assistant' });
  });
  return runs;
}

const holds = ({ first, count }: { readonly first: number; readonly count: number }, index: number): boolean =>
  index >= first && index < first + count;

/** Each run stands before its tokens, which are there while it is open. */
export function passageItems(
  units: readonly DrawnUnit[],
  runs: readonly TemplateRun[],
  map: RelevanceMap | null,
  isOpen: (first: number) => boolean,
): PassageItem[] {
  const items: PassageItem[] = units.map((unit) => ({ kind: 'unit', ...unit }));
  for (const run of runs) {
    const start = items.findIndex((item) => item.kind === 'unit' && holds(run, item.first));
    if (start < 0) continue;
    const inside = units.filter(({ first }) => holds(run, first));
    const open = isOpen(run.first);
    items.splice(start, open ? 0 : inside.length, { kind: 'run', ...run, ...sumOf(inside, map), open });
  }
  return items;
}

function sumOf(units: readonly DrawnUnit[], map: RelevanceMap | null) {
  const explained = units.flatMap(({ relevance }) => (relevance === null ? [] : [relevance]));
  const relevance = explained.length === 0 ? null : explained.reduce((sum, value) => sum + value, 0);
  return {
    text: units.map(({ text }) => text).join(''),
    relevance,
    strength: relevance !== null && map?.kind === 'map' ? strengthOf(relevance, map.scale) : 0,
    share: units.reduce((sum, { share }) => sum + share, 0),
    excluded: units.some(({ excluded }) => excluded),
  };
}

/** Which item shows that token: its own, or the folded run that it is in. */
export const itemAt = (items: readonly PassageItem[], index: number): number =>
  items.findIndex((item) => holds(item, index) && !(item.kind === 'run' && item.open));

/** "User, template of 5 tokens, folded, relevance plus 0.41" */
export function spokenRun({ role, count, open, relevance }: DrawnRun): string {
  const tokens = count === 1 ? 'one token' : `${count} tokens`;
  const name = `${roleNames[role]}, template of ${tokens}, ${open ? 'unfolded' : 'folded'}`;
  if (relevance === null) return name;
  return `${name}, relevance ${relevance < 0 ? 'minus' : 'plus'} ${formatNumber(Math.abs(relevance))}`;
}
