// Prompt and answer as running text: a listbox of tokens with one tab stop. Click or Enter explains a token, or unfolds
// what a chat template wrote.
import { useMemo, useRef, useState, type KeyboardEvent, type SyntheticEvent } from 'react';
import { isTemplate, unitsOf } from '../store/passage.ts';
import { opacityOf } from './colour.ts';
import { drawnUnits, spokenName } from './passage-tokens.ts';
import { shortcutFor } from './shortcuts.ts';
import { RunCard, TemplateRunView } from './template-run.tsx';
import { itemAt, passageItems, templateRuns, type PassageItem } from './template-runs.ts';
import { TokenCard } from './token-card.tsx';
import { TokenView } from './token-view.tsx';
import { useRelevanceMap } from './use-map.ts';
import { useActions, useApp, useAppStore } from './use-store.ts';
import { verticalNeighbour } from './vertical-neighbour.ts';

const tokenOf = (event: SyntheticEvent): HTMLElement | null =>
  (event.target as Element).closest<HTMLElement>('[data-key]');
const keyOf = ({ kind, first }: PassageItem): string => `${kind === 'run' ? 'run' : 'token'} ${first}`;

export function PassageView(props: { readonly pointed: number | null; readonly outdated: boolean; showHelp(): void }) {
  const store = useAppStore();
  const { explain, toggleRun } = useActions();
  const { tokens, promptLength } = useApp(({ text }) => text);
  const { templateShown, toggledRuns } = useApp(({ chat }) => chat);
  const { question, status } = useApp(({ explanation }) => explanation);
  const { intensity, specialTokens, underlineOnly } = useApp(({ settings }) => settings);
  const map = useRelevanceMap();
  const list = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [hovered, setHovered] = useState<HTMLElement | null>(null);
  const [focused, setFocused] = useState<HTMLElement | null>(null);

  const items = useMemo(() => {
    const units = drawnUnits(unitsOf(tokens), map);
    const isOpen = (first: number): boolean => templateShown !== toggledRuns.includes(first);
    const hidden = (item: PassageItem): boolean => specialTokens === 'hide' && item.kind === 'unit' && item.special;
    return passageItems(units, templateRuns(tokens), map, isOpen).filter((item) => !hidden(item));
  }, [tokens, map, specialTokens, templateShown, toggledRuns]);
  const positionOf = (index: number | null): number => (index === null ? -1 : itemAt(items, index));
  const positionOfKey = (key: string | null | undefined): number => items.findIndex((item) => keyOf(item) === key);
  const target = positionOf(question?.index ?? null);
  const tabStop = Math.max(positionOfKey(cursor), positionOfKey(cursor) < 0 ? target : 0, 0);
  const count = map?.kind === 'map' ? map.places.length : 0;

  const focusItem = (item: PassageItem | undefined): void => {
    if (item) list.current?.querySelector<HTMLElement>(`[data-key="${keyOf(item)}"]`)?.focus();
  };
  const moveTo = (position: number): void => focusItem(items[Math.min(Math.max(position, 0), items.length - 1)]);
  const goTo = (index: number): void => {
    focusItem(items[itemAt(items, index)]);
    void explain(index);
  };
  const choose = (item: PassageItem | undefined): void => {
    if (item?.kind !== 'run') return goTo(item?.first ?? -1);
    focusItem(item);
    toggleRun(item.first);
  };

  function onKeyDown(event: KeyboardEvent): void {
    const found = shortcutFor(event);
    if (found) found.shortcut.perform({ state: store.getState(), map, goTo, showHelp: props.showHelp }, found.key);
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === 'ArrowLeft') moveTo(tabStop - 1);
    else if (event.key === 'ArrowRight') moveTo(tabStop + 1);
    else if (event.key === 'Home') moveTo(0);
    else if (event.key === 'End') moveTo(items.length - 1);
    else if (event.key === 'ArrowUp' || event.key === 'ArrowDown')
      verticalNeighbour(list.current, event.target, event.key === 'ArrowUp' ? -1 : 1)?.focus();
    else if (event.key === 'Enter' || event.key === ' ') choose(items[tabStop]);
    else return;
    event.preventDefault();
  }

  // Hovering previews; the pinned explanation stays what it is.
  const shown = hovered ?? focused;
  const shownPosition = positionOfKey(shown?.dataset['key']);
  const shownItem = items[shownPosition];
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
          if (token) choose(items[positionOfKey(token.dataset['key'])]);
        }}
        onPointerOver={(event) => setHovered(event.pointerType === 'touch' ? null : tokenOf(event))}
        onPointerLeave={() => setHovered(null)}
        onFocus={(event) => {
          const token = tokenOf(event);
          if (token) setCursor(token.dataset['key'] ?? null);
          setFocused(token?.matches(':focus-visible') ? token : null);
        }}
        onBlur={() => setFocused(null)}
      >
        {items.map((item, position) => {
          const shared = {
            target: position === target,
            pointed: props.pointed !== null && position === positionOf(props.pointed),
            opacity: opacityOf(item.strength, intensity),
            stale: status !== 'ready',
            tabbable: position === tabStop,
          };
          if (item.kind === 'run') return <TemplateRunView key={keyOf(item)} run={item} {...shared} />;
          const token = tokens[item.first];
          return (
            <TokenView
              key={keyOf(item)}
              index={item.first}
              id={token?.id ?? -1}
              text={item.text}
              special={item.special}
              template={token !== undefined && isTemplate(token)}
              answer={item.first >= promptLength || token?.turn?.role === 'assistant'}
              excluded={item.excluded}
              relevance={item.relevance}
              label={spokenName(item, count, position === target)}
              {...shared}
            />
          );
        })}
      </div>
      {shownItem?.kind === 'unit' && (
        <TokenCard unit={shownItem} count={count} isTarget={shownPosition === target} anchor={shown} />
      )}
      {shownItem?.kind === 'run' && <RunCard run={shownItem} anchor={shown} />}
    </>
  );
}
