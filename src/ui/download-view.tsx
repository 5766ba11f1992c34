// A download under way: one total, and what can be done about it.
import { Progress } from '@base-ui/react/progress';
import { nameOfLocation } from '../store/model-address.ts';
import { openingSentence } from './download-sentences.ts';
import { intoView } from './into-view.ts';
import { useActions, useApp } from './use-store.ts';

export function DownloadView() {
  const { cancelDownload, cancelOpening } = useActions();
  const kind = useApp(({ mode }) => (mode === 'image' ? 'image' : 'language'));
  const model = useApp((state) => (state.mode === 'image' ? state.imageModel : state.model));
  if (model.status !== 'loading' || model.location.kind !== 'hub') return null;
  const { progress } = model;
  const downloading = progress?.phase === 'downloading';
  const onDevice = progress?.phase === 'weights' || progress?.phase === 'compiling';
  const share = progress?.totalBytes ? Math.round((100 * progress.doneBytes) / progress.totalBytes) : null;
  const name = nameOfLocation(model.location);
  return (
    <section className="modal-section" ref={intoView} data-testid="download">
      <h3>{downloading ? `Downloading ${name}` : `Opening ${name}`}</h3>
      <Progress.Root className="download-progress" value={share} aria-label={`Download of ${name}`}>
        <Progress.Track className="job-track">
          <Progress.Indicator className="job-fill" />
        </Progress.Track>
      </Progress.Root>
      <p data-testid="download-progress">{openingSentence(progress)}</p>
      <p className="muted form-problem">{progress?.notice}</p>
      <div className="modal-actions">
        <button type="button" className="button" onClick={() => void cancelOpening(kind)} data-testid="download-pause">
          {onDevice ? 'Cancel' : 'Pause'}
        </button>
        {!onDevice && (
          <button
            type="button"
            className="button"
            onClick={() => void cancelDownload(kind)}
            data-testid="download-cancel"
          >
            Cancel and delete
          </button>
        )}
      </div>
    </section>
  );
}
