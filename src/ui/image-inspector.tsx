// Why this class: one sentence, the classes it stood against, how to read the colours, and the same explanation as
// ranking, γ maps and ledger.
import { Tabs } from '@base-ui/react/tabs';
import { useState } from 'react';
import { recipes, scalars } from './choices.ts';
import { Classes } from './classes.tsx';
import { Choice } from './controls.tsx';
import { GammaView } from './gamma-view.tsx';
import { ImageSubject } from './image-subject.tsx';
import { JobProgress } from './job-progress.tsx';
import { LedgerView } from './ledger-view.tsx';
import { PatchLegend } from './legend-view.tsx';
import { PatchRanking } from './ranking-view.tsx';
import { usePatchMap } from './use-map.ts';
import { useNarrow } from './use-narrow.ts';
import { useActions, useApp } from './use-store.ts';

export function ImageInspector(props: { onPoint(index: number | null): void }) {
  const { changeRecipe, cancelImageExplanation } = useActions();
  const { question, status, progress, recipe, scalar, result } = useApp(({ imageExplanation }) => imageExplanation);
  const map = usePatchMap();
  const narrow = useNarrow();
  // Kept here, so that the next explanation opens in the same view.
  const [view, setView] = useState('ranking');
  return (
    <aside
      className="inspector"
      aria-label="Explanation"
      data-testid="explanation"
      data-status={status}
      data-target={question?.target}
      data-contrast={question?.contrast}
    >
      <section className="inspector-part">
        <div className="question">
          <ImageSubject />
          <JobProgress
            active={status === 'loading'}
            label={`${Math.round(progress * 100)} %`}
            value={progress}
            onCancel={cancelImageExplanation}
          />
        </div>
        <div className="choices">
          <Choice
            label="Recipe"
            testId="recipe"
            value={recipe}
            options={recipes}
            onChange={(value) => void changeRecipe({ recipe: value })}
          />
          <Choice
            label="Score"
            testId="scalar"
            value={scalar}
            options={scalars}
            onChange={(value) => void changeRecipe({ scalar: value })}
          />
        </div>
      </section>
      {result && (
        <div className={status === 'loading' ? 'answer-parts pending' : 'answer-parts'}>
          {!narrow && <Classes result={result} />}
          <PatchLegend map={map} />
          <Tabs.Root className="inspector-part" value={view} onValueChange={setView}>
            <Tabs.List className="tabs" aria-label="Views of the explanation">
              <Tabs.Tab className="tab" value="ranking">
                Ranking
              </Tabs.Tab>
              <Tabs.Tab className="tab" value="gamma">
                γ
              </Tabs.Tab>
              <Tabs.Tab className="tab" value="ledger">
                Ledger
              </Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel className="tab-panel" value="ranking">
              {map?.kind === 'map' && <PatchRanking result={result} places={map.places} onPoint={props.onPoint} />}
            </Tabs.Panel>
            <Tabs.Panel className="tab-panel" value="gamma">
              <GammaView result={result} />
            </Tabs.Panel>
            <Tabs.Panel className="tab-panel" value="ledger">
              <LedgerView result={result} />
            </Tabs.Panel>
          </Tabs.Root>
        </div>
      )}
    </aside>
  );
}
