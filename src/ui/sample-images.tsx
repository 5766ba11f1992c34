// Pictures to begin with: a click explains one.
import { sampleAddress } from '../store/image-slice.ts';
import { useActions, useApp } from './use-store.ts';

export function SampleImages() {
  const { giveSample } = useActions();
  const samples = useApp((state) => state.samples);
  return (
    <ul className="sample-images" aria-label="Sample images">
      {samples.map((sample) => (
        <li key={sample.file}>
          <button
            type="button"
            className="sample-image"
            onClick={() => void giveSample(sample)}
            data-testid="sample-image"
          >
            <img src={sampleAddress(sample)} alt={sample.alt} width="40" height="40" />
            <span>{sample.label}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
