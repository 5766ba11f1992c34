// Why this token: one sentence, the candidates it stood against, how to read the colours, and the same explanation as
// ranking, layers and ledger. Nothing in here moves when a value changes.
import { useState } from 'react';
import { Candidates } from './candidates.tsx';
import { methods, scalars } from './choices.ts';
import { Choice } from './controls.tsx';
import { InspectorFrame, Views } from './inspector-frame.tsx';
import { LayerView } from './layer-view.tsx';
import { LedgerView } from './ledger-view.tsx';
import { LegendView } from './legend-view.tsx';
import { RankingView } from './ranking-view.tsx';
import { Subject } from './subject.tsx';
import { useRelevanceMap } from './use-map.ts';
import { useActions, useApp } from './use-store.ts';

export function Inspector({ onPoint }: { onPoint(index: number | null): void }) {
  const { changeMethod, clearExplanation } = useActions();
  const { question, status, progress, method, scalar, result } = useApp(({ explanation }) => explanation);
  const map = useRelevanceMap();
  const [view, setView] = useState('ranking');
  const choices = (
    <>
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
    </>
  );
  const asked = { question, status, progress, choices, subject: <Subject />, onCancel: clearExplanation };
  if (!result) return <InspectorFrame {...asked}>{null}</InspectorFrame>;
  return (
    <InspectorFrame {...asked}>
      <Candidates result={result} />
      <LegendView map={map} />
      {map?.kind === 'map' && (
        <Views
          shown={view}
          onShow={setView}
          views={[
            {
              name: 'ranking',
              label: 'Ranking',
              content: <RankingView result={result} places={map.places} onPoint={onPoint} />,
            },
            {
              name: 'layers',
              label: 'Layers × tokens',
              content: <LayerView result={result} excluded={map.excluded} onPoint={onPoint} />,
            },
            { name: 'ledger', label: 'Ledger', content: <LedgerView result={result} /> },
          ]}
        />
      )}
    </InspectorFrame>
  );
}
