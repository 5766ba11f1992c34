// Where an image comes from: a file, a drop, the clipboard, or a sample.
import { ImageIcon } from './icons.tsx';
import { SampleImages } from './sample-images.tsx';
import { StatusLine } from './status-line.tsx';

export function ImageBox(props: { chooseImage(): void }) {
  return (
    <div className="prompt">
      <div className="prompt-box image-box">
        <button type="button" className="button primary" onClick={props.chooseImage} data-testid="choose-image">
          <ImageIcon />
          Open an image …
        </button>
        <p className="muted">or drop one anywhere, or paste it. It stays on this device.</p>
      </div>
      <SampleImages />
      <StatusLine />
    </div>
  );
}
