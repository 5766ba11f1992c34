// Why this class: one sentence, the classes it stood against, how to read the colours, and the same explanation as
// ranking, γ maps and ledger.
import { useState } from 'react';
import { recipes, scalars } from './choices.ts';
import { Classes } from './classes.tsx';
import { Choice } from './controls.tsx';
import { GammaView } from './gamma-view.tsx';
import { ImageSubject } from './image-subject.tsx';
import { InspectorFrame, Views } from './inspector-frame.tsx';
import { LedgerView } from './ledger-view.tsx';
import { PatchLegend } from './legend-view.tsx';
import { PatchRanking } from './ranking-view.tsx';
import { usePatchMap } from './use-map.ts';
import { useNarrow } from './use-narrow.ts';
import { useActions, useApp } from './use-store.ts';

export function ImageInspector({ onPoint }: { onPoint(index: number | null): void }) {
  const { changeRecipe, cancelImageExplanation } = useActions();
  const { question, status, progress, recipe, scalar, result } = useApp(({ imageExplanation }) => imageExplanation);
  const map = usePatchMap();
  const narrow = useNarrow();
  const [view, setView] = useState('ranking');
  const choices = (
    <>
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
    </>
  );
  const asked = { question, status, progress, choices, subject: <ImageSubject />, onCancel: cancelImageExplanation };
  if (!result) return <InspectorFrame {...asked}>{null}</InspectorFrame>;
  const ranking = map?.kind === 'map' && <PatchRanking result={result} places={map.places} onPoint={onPoint} />;
  return (
    <InspectorFrame {...asked}>
      {!narrow && <Classes result={result} />}
      <PatchLegend map={map} />
      <Views
        shown={view}
        onShow={setView}
        views={[
          { name: 'ranking', label: 'Ranking', content: ranking },
          { name: 'gamma', label: 'γ', content: <GammaView result={result} /> },
          { name: 'ledger', label: 'Ledger', content: <LedgerView result={result} /> },
        ]}
      />
    </InspectorFrame>
  );
}
