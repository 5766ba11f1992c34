// A download in words: what it would take, how far it is.
import type { DownloadPlan, LoadProgress, ModelStorage, StoredModel } from '../session/session.ts';
import { formatBytes } from './format.ts';

/** '42 s', '7 min', '2 h 5 min'. */
export function formatDuration(seconds: number): string {
  if (seconds < 59.5) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${(minutes - rest) / 60} h ${rest} min`;
}

export function planSentence({ files, totalBytes, missingBytes, freeBytes }: DownloadPlan): string {
  const present = totalBytes - missingBytes;
  const here = present > 0 ? `, ${formatBytes(present)} of them here already` : '';
  const free = freeBytes === null ? '' : ` About ${formatBytes(freeBytes)} are free for this page.`;
  return `${files} ${files === 1 ? 'file' : 'files'}, ${formatBytes(totalBytes)}${here}.${free}`;
}

/** '12.0 MB of 270 MB · 5.10 MB/s · 50 s left'; what is not known is left out. */
export function downloadSentence({ doneBytes, totalBytes, bytesPerSecond, secondsLeft }: LoadProgress): string {
  const parts = [`${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`];
  if (bytesPerSecond) parts.push(`${formatBytes(bytesPerSecond)}/s`);
  if (secondsLeft) parts.push(`${formatDuration(secondsLeft)} left`);
  return parts.join(' · ');
}

/** Of a model of a hub on its way to the GPU, whatever is being done. */
export function openingSentence(progress: LoadProgress | null): string {
  if (progress?.phase === 'downloading') return downloadSentence(progress);
  if (progress?.phase === 'compiling') return 'Compiling the shaders …';
  if (progress?.phase !== 'weights') return 'Asking for its files …';
  return `${formatBytes(progress.doneBytes)} of ${formatBytes(progress.totalBytes)} on the GPU`;
}

/** Whether what is stored stays; '' where the browser does not tell. */
export function keptSentence({ persistent }: Pick<ModelStorage, 'persistent'>): string {
  if (persistent === null) return '';
  return persistent
    ? ' The browser keeps them until you delete them.'
    : ' The browser may delete them when the device runs out of space.';
}

/** '270 MB', '352 MB, int4 too', '82.0 MB, int4 only', '12.0 MB of 270 MB, unfinished'. */
export function storedSentence({ complete, bytes, totalBytes, formats }: StoredModel): string {
  if (!complete) return `${formatBytes(bytes)} of ${formatBytes(totalBytes)}, unfinished`;
  const smaller = formats.filter((format) => format !== 'none').join(' and ');
  if (smaller === '') return formatBytes(bytes);
  return `${formatBytes(bytes)}, ${smaller} ${formats.includes('none') ? 'too' : 'only'}`;
}
