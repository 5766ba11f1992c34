// The passage as it is drawn: units with their relevance, strength and spoken name.
import type { Unit } from '../store/passage.ts';
import { strengthOf, type RelevanceMap } from '../store/relevance-map.ts';
import { formatNumber, quote } from './format.ts';

export interface DrawnUnit extends Unit {
  /** Null where nothing was explained: the target and what follows it. */
  readonly relevance: number | null;
  readonly strength: number;
  readonly excluded: boolean;
  readonly share: number;
  readonly rank: number;
}

/** Tokens that share a character are drawn as one, so their relevance is added. */
export function drawnUnits(units: readonly Unit[], map: RelevanceMap | null): DrawnUnit[] {
  return units.map((unit) => {
    const parts = map?.kind === 'map' ? map.places.slice(unit.first, unit.first + unit.count) : [];
    if (map?.kind !== 'map' || parts.length === 0)
      return { ...unit, relevance: null, strength: 0, excluded: false, share: 0, rank: 0 };
    const relevance = parts.reduce((sum, part) => sum + part.relevance, 0);
    return {
      ...unit,
      relevance,
      strength: strengthOf(relevance, map.scale),
      excluded: parts.some(({ excluded }) => excluded),
      share: parts.reduce((sum, { share }) => sum + share, 0),
      rank: Math.min(...parts.map(({ rank }) => rank)),
    };
  });
}

/** "“ Paris”, token 12, relevance plus 0.41, rank 1 of 24" */
export function spokenName(unit: DrawnUnit, count: number, isTarget: boolean): string {
  const name = `${unit.special ? 'special token ' : ''}${quote(unit.text)}, token ${unit.first}`;
  if (isTarget) return `${name}, explained`;
  if (unit.relevance === null) return name;
  const sign = unit.relevance < 0 ? 'minus' : 'plus';
  return `${name}, relevance ${sign} ${formatNumber(Math.abs(unit.relevance))}, rank ${unit.rank} of ${count}`;
}
