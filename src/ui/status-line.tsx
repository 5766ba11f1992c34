// One line of fixed height: what is going on, how far it is, and Cancel.
import { formatBytes } from './format.ts';
import { JobProgress } from './job-progress.tsx';
import { statusSentence } from './sentences.ts';
import { useActions, useApp } from './use-store.ts';

export function StatusLine() {
  const { cancelOpening, cancelReading } = useActions();
  const reading = useApp(({ image }) => image.status === 'loading');
  const sentence = useApp(statusSentence);
  const kind = useApp(({ mode }) => (mode === 'image' ? 'image' : 'language'));
  const model = useApp((state) => (state.mode === 'image' ? state.imageModel : state.model));
  const progress = model.status === 'loading' ? model.progress : null;
  const share = progress && progress.totalBytes > 0 ? progress.doneBytes / progress.totalBytes : null;
  return (
    <div className="status-line">
      <p className="status" role="status" data-testid="status" data-model={model.status}>
        {sentence}
      </p>
      {reading ? (
        <JobProgress active label="reading" value={null} onCancel={cancelReading} />
      ) : (
        <JobProgress
          active={model.status === 'loading'}
          label={
            progress && progress.totalBytes > 0
              ? `${formatBytes(progress.doneBytes)} of ${formatBytes(progress.totalBytes)}`
              : 'opening'
          }
          value={share}
          cancel={progress?.phase === 'downloading' ? 'Pause' : 'Cancel'}
          onCancel={() => void cancelOpening(kind)}
        />
      )}
    </div>
  );
}
