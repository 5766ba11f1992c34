// A thin bar with Cancel, for jobs that take longer than a moment. Its place is reserved, so nothing moves.
import { Progress } from '@base-ui/react/progress';
import { useDelayed } from './use-delayed.ts';

export function JobProgress(props: {
  readonly active: boolean;
  readonly label: string;
  /** 0 to 1, or null while unknown. */
  readonly value: number | null;
  /** What its button says, unless 'Cancel'. */
  readonly cancel?: string;
  onCancel(): void;
}) {
  const shown = useDelayed(props.active);
  return (
    <div className="job">
      {shown && (
        <>
          <Progress.Root
            className="job-progress"
            value={props.value === null ? null : Math.round(props.value * 100)}
            aria-label={props.label}
          >
            <Progress.Track className="job-track">
              <Progress.Indicator className="job-fill" />
            </Progress.Track>
          </Progress.Root>
          <span className="job-label">{props.label}</span>
          <button type="button" className="text-button" onClick={props.onCancel} data-testid="cancel">
            {props.cancel ?? 'Cancel'}
          </button>
        </>
      )}
    </div>
  );
}
