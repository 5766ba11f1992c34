// The likeliest classes of the image, and a search over all of them. Each can be explained, or subtracted as the contrast.
import type { ImageExplanation } from '../session/session.ts';
import { CandidateRow } from './candidate-row.tsx';
import { classList } from './class-list.ts';
import { ClassSearch } from './class-search.tsx';
import { swapClasses } from './image-shortcuts.ts';
import { useActions, useApp, useAppStore } from './use-store.ts';

export function Classes({ result }: { readonly result: ImageExplanation }) {
  const store = useAppStore();
  const { explainClass } = useActions();
  const question = useApp(({ imageExplanation }) => imageExplanation.question);
  const target = question?.target ?? result.target.id;
  const contrast = question?.contrast ?? null;
  return (
    <section className="inspector-part" aria-labelledby="classes-title">
      <header className="part-header">
        <h2 id="classes-title">Classes of this image</h2>
        {contrast === null ? (
          <span className="muted">− sets a contrast</span>
        ) : (
          <button
            type="button"
            className="text-button"
            onClick={() => swapClasses(store.getState())}
            data-testid="swap"
          >
            Swap the two
          </button>
        )}
      </header>
      <ol className="candidates">
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
      </ol>
      <ClassSearch />
    </section>
  );
}
