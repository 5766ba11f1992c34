// The likeliest classes of the image, and a search over all of them. Each can be explained, or subtracted as the contrast.
import type { ImageExplanation } from '../session/session.ts';
import { CandidateRow } from './candidate-row.tsx';
import { classList } from './class-list.ts';
import { ClassSearch } from './class-search.tsx';
import { swapClasses } from './image-shortcuts.ts';
import { Rivals } from './rivals.tsx';
import { useActions, useApp, useAppStore } from './use-store.ts';

export function Classes({ result }: { readonly result: ImageExplanation }) {
  const store = useAppStore();
  const { explainClass } = useActions();
  const question = useApp(({ imageExplanation }) => imageExplanation.question);
  const target = question?.target ?? result.target.id;
  const contrast = question?.contrast ?? null;
  return (
    <Rivals
      title="Classes of this image"
      contrasted={contrast !== null}
      more={<ClassSearch />}
      onSwap={() => swapClasses(store.getState())}
    >
      {classList(result).map((candidate) => (
        <CandidateRow
          key={candidate.id}
          candidate={candidate}
          name={candidate.label}
          remark={null}
          explained={candidate.id === target}
          subtracted={candidate.id === contrast}
          testId="class"
          onExplain={() => void explainClass(candidate.id)}
          onContrast={(on) => void explainClass(target, on ? candidate.id : null)}
        />
      ))}
    </Rivals>
  );
}
