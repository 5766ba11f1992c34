// Why this token: one sentence, the candidates it stood against, how to read the colours, and the same explanation as
// ranking, layers and ledger. Nothing in here moves when a value changes.
import { Tabs } from '@base-ui/react/tabs';
import { useState } from 'react';
import { Candidates } from './candidates.tsx';
import { methods, scalars } from './choices.ts';
import { Choice } from './controls.tsx';
import { JobProgress } from './job-progress.tsx';
import { LayerView } from './layer-view.tsx';
import { LedgerView } from './ledger-view.tsx';
import { LegendView } from './legend-view.tsx';
import { RankingView } from './ranking-view.tsx';
import { Subject } from './subject.tsx';
import { useRelevanceMap } from './use-map.ts';
import { useActions, useApp } from './use-store.ts';

export function Inspector(props: { onPoint(index: number | null): void }) {
  const { changeMethod, clearExplanation } = useActions();
  const { question, status, progress, method, scalar, result } = useApp(({ explanation }) => explanation);
  const map = useRelevanceMap();
  // Kept here, so that the next explanation opens in the same view.
  const [view, setView] = useState('ranking');
  return (
    <aside
      className="inspector"
      aria-label="Explanation"
      data-testid="explanation"
      data-status={status}
      data-index={question?.index}
      data-target={question?.target}
    >
      <section className="inspector-part">
        <div className="question">
          <Subject />
          <JobProgress
            active={status === 'loading'}
            label={`${Math.round(progress * 100)} %`}
            value={progress}
            onCancel={clearExplanation}
          />
        </div>
        <div className="choices">
          <Choice
            label="Method"
            testId="method"
            value={method}
            options={methods}
            onChange={(value) => void changeMethod({ method: value })}
          />
          <Choice
            label="Score"
            testId="scalar"
            value={scalar}
            options={scalars}
            onChange={(value) => void changeMethod({ scalar: value })}
          />
        </div>
      </section>
      {result && (
        <div className={status === 'loading' ? 'answer-parts pending' : 'answer-parts'}>
          <Candidates result={result} />
          <LegendView map={map} />
          {map?.kind === 'map' && (
            <Tabs.Root className="inspector-part" value={view} onValueChange={setView}>
              <Tabs.List className="tabs" aria-label="Views of the explanation">
                <Tabs.Tab className="tab" value="ranking">
                  Ranking
                </Tabs.Tab>
                <Tabs.Tab className="tab" value="layers">
                  Layers × tokens
                </Tabs.Tab>
                <Tabs.Tab className="tab" value="ledger">
                  Ledger
                </Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel className="tab-panel" value="ranking">
                <RankingView result={result} places={map.places} onPoint={props.onPoint} />
              </Tabs.Panel>
              <Tabs.Panel className="tab-panel" value="layers">
                <LayerView result={result} excluded={map.excluded} onPoint={props.onPoint} />
              </Tabs.Panel>
              <Tabs.Panel className="tab-panel" value="ledger">
                <LedgerView result={result} />
              </Tabs.Panel>
            </Tabs.Root>
          )}
        </div>
      )}
    </aside>
  );
}
