// Prompt and answer as running text: a listbox of tokens with one tab stop. Click or Enter explains a token.
import { useMemo, useRef, useState, type KeyboardEvent, type SyntheticEvent } from 'react';
import { unitsOf } from '../store/passage.ts';
import { opacityOf } from './colour.ts';
import { drawnUnits, spokenName, unitAt } from './passage-tokens.ts';
import { shortcutFor } from './shortcuts.ts';
import { TokenCard } from './token-card.tsx';
import { TokenView } from './token-view.tsx';
import { useRelevanceMap } from './use-map.ts';
import { useActions, useApp, useAppStore } from './use-store.ts';
import { verticalNeighbour } from './vertical-neighbour.ts';

const tokenOf = (event: SyntheticEvent): HTMLElement | null =>
  (event.target as Element).closest<HTMLElement>('[data-index]');
const indexOf = (token: HTMLElement): number => Number(token.dataset['index']);

export function PassageView(props: { readonly pointed: number | null; readonly outdated: boolean; showHelp(): void }) {
  const store = useAppStore();
  const { explain } = useActions();
  const { tokens, promptLength } = useApp(({ text }) => text);
  const { question, status } = useApp(({ explanation }) => explanation);
  const { intensity, specialTokens, underlineOnly } = useApp(({ settings }) => settings);
  const map = useRelevanceMap();
  const list = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const [hovered, setHovered] = useState<HTMLElement | null>(null);
  const [focused, setFocused] = useState<HTMLElement | null>(null);

  const units = useMemo(
    () => drawnUnits(unitsOf(tokens), map).filter(({ special }) => !(special && specialTokens === 'hide')),
    [tokens, map, specialTokens],
  );
  const positionOf = (index: number | null): number => (index === null ? -1 : unitAt(units, index));
  const target = positionOf(question?.index ?? null);
  const tabStop = Math.max(positionOf(cursor), positionOf(cursor) < 0 ? target : 0, 0);
  const count = map?.kind === 'map' ? map.places.length : 0;

  const elementOf = (index: number): HTMLElement | null =>
    list.current?.querySelector<HTMLElement>(`[data-index="${index}"]`) ?? null;
  const moveTo = (position: number): void => {
    const unit = units[Math.min(Math.max(position, 0), units.length - 1)];
    if (unit) elementOf(unit.first)?.focus();
  };
  const goTo = (index: number): void => {
    elementOf(units[unitAt(units, index)]?.first ?? -1)?.focus();
    void explain(index);
  };

  function onKeyDown(event: KeyboardEvent): void {
    const found = shortcutFor(event);
    if (found) found.shortcut.perform({ state: store.getState(), map, goTo, showHelp: props.showHelp }, found.key);
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === 'ArrowLeft') moveTo(tabStop - 1);
    else if (event.key === 'ArrowRight') moveTo(tabStop + 1);
    else if (event.key === 'Home') moveTo(0);
    else if (event.key === 'End') moveTo(units.length - 1);
    else if (event.key === 'ArrowUp' || event.key === 'ArrowDown')
      verticalNeighbour(list.current, event.target, event.key === 'ArrowUp' ? -1 : 1)?.focus();
    else if (event.key === 'Enter' || event.key === ' ') goTo(units[tabStop]?.first ?? -1);
    else return;
    event.preventDefault();
  }

  // Hovering previews; the pinned explanation stays what it is.
  const shown = hovered ?? focused;
  const shownPosition = shown ? positionOf(indexOf(shown)) : -1;
  const shownUnit = units[shownPosition];
  const looks = ['passage', status === 'loading' && 'pending', props.outdated && 'outdated', underlineOnly && 'lines'];
  return (
    <>
      <div
        ref={list}
        role="listbox"
        tabIndex={-1}
        aria-label="Prompt and answer, token by token"
        aria-orientation="horizontal"
        className={looks.filter(Boolean).join(' ')}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const token = tokenOf(event);
          if (token) goTo(indexOf(token));
        }}
        onPointerOver={(event) => setHovered(event.pointerType === 'touch' ? null : tokenOf(event))}
        onPointerLeave={() => setHovered(null)}
        onFocus={(event) => {
          const token = tokenOf(event);
          if (token) setCursor(indexOf(token));
          setFocused(token?.matches(':focus-visible') ? token : null);
        }}
        onBlur={() => setFocused(null)}
      >
        {units.map((unit, position) => (
          <TokenView
            key={unit.first}
            index={unit.first}
            id={tokens[unit.first]?.id ?? -1}
            text={unit.text}
            special={unit.special}
            answer={unit.first >= promptLength}
            target={position === target}
            pointed={props.pointed !== null && position === positionOf(props.pointed)}
            excluded={unit.excluded}
            relevance={unit.relevance}
            opacity={opacityOf(unit.strength, intensity)}
            stale={status !== 'ready'}
            tabbable={position === tabStop}
            label={spokenName(unit, count, position === target)}
          />
        ))}
      </div>
      {shownUnit && <TokenCard unit={shownUnit} count={count} isTarget={shownPosition === target} anchor={shown} />}
    </>
  );
}
