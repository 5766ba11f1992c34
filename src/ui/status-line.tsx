// One line of fixed height: what is going on, how far it is, and Cancel.
import { formatBytes } from './format.ts';
import { JobProgress } from './job-progress.tsx';
import { statusSentence } from './sentences.ts';
import { useActions, useApp } from './use-store.ts';

export function StatusLine() {
  const { cancelOpening } = useActions();
  const sentence = useApp(statusSentence);
  const model = useApp((state) => state.model);
  const progress = model.status === 'loading' ? model.progress : null;
  const share = progress && progress.totalBytes > 0 ? progress.doneBytes / progress.totalBytes : null;
  return (
    <div className="status-line">
      <p className="status" role="status" data-testid="status" data-model={model.status}>
        {sentence}
      </p>
      <JobProgress
        active={model.status === 'loading'}
        label={
          progress?.phase === 'weights'
            ? `${formatBytes(progress.doneBytes)} of ${formatBytes(progress.totalBytes)}`
            : 'opening'
        }
        value={progress?.phase === 'weights' ? share : null}
        onCancel={cancelOpening}
      />
    </div>
  );
}
