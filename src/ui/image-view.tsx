// The reading column of an image: the picture as the model saw it under its relevance, and beside it the original and what
// was made of it, so that nothing is explained that the user did not see.
import { useEffect, useMemo, useRef, useState, type CSSProperties } from 'react';
import type { ImageExplanation, Picture } from '../session/session.ts';
import type { RelevanceMap } from '../store/relevance-map.ts';
import type { GivenImage } from '../store/state.ts';
import { Classes } from './classes.tsx';
import { CopyNumber } from './copy-number.tsx';
import { formatLogits } from './format.ts';
import { patchFacts, patchName } from './image-sentences.ts';
import { drawPicture } from './patch-drawing.ts';
import { PatchGrid } from './patch-grid.tsx';
import { PictureTools } from './picture-tools.tsx';
import { usePatchMap } from './use-map.ts';
import { useNarrow } from './use-narrow.ts';
import { useApp } from './use-store.ts';

/** Shown from memory, as the browser shows it. */
function FileImage(props: {
  readonly file: Blob;
  readonly alt: string;
  readonly testId: string;
  readonly style?: CSSProperties;
}) {
  const { file, alt, testId, style } = props;
  const image = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const address = URL.createObjectURL(file);
    if (image.current) image.current.src = address;
    return () => URL.revokeObjectURL(address);
  }, [file]);
  return <img ref={image} alt={alt} style={style} data-testid={testId} />;
}

/** As large as its place allows, whichever side is the longer. */
const thumbnailStyle = ({ width, height }: { readonly width: number; readonly height: number }): CSSProperties => ({
  aspectRatio: `${width} / ${height}`,
  maxWidth: `calc(var(--thumbnail) * ${width / height})`,
  // Few pixels are shown as such.
  imageRendering: width < 84 ? 'pixelated' : 'auto',
});

function Original({ given }: { readonly given: GivenImage }) {
  const { width, height } = given.picture;
  return (
    <figure className="thumbnail">
      <FileImage
        file={given.file}
        alt={`The original, ${given.name}`}
        testId="original"
        style={thumbnailStyle(given.picture)}
      />
      <figcaption>
        Original <span className="thumbnail-size">{`${width} × ${height}`}</span>
      </figcaption>
    </figure>
  );
}

function Seen({ seen }: { readonly seen: Picture }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const watcher = new ResizeObserver(() => drawPicture(element, seen));
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [seen]);
  return (
    <figure className="thumbnail">
      <canvas
        ref={canvas}
        role="img"
        aria-label="What the model saw, without relevance"
        style={thumbnailStyle(seen)}
        data-testid="seen"
        data-width={seen.width}
        data-height={seen.height}
      />
      <figcaption>
        What the model saw <span className="thumbnail-size">{`${seen.width} × ${seen.height}`}</span>
      </figcaption>
    </figure>
  );
}

type DrawnMap = Extract<RelevanceMap, { kind: 'map' }>;

function Explained(props: {
  readonly result: ImageExplanation;
  readonly map: DrawnMap;
  readonly pointed: number | null;
  showHelp(): void;
}) {
  const { result, map } = props;
  const strongest = useMemo(() => map.places.findIndex(({ rank }) => rank === 1), [map]);
  const [wanted, setWanted] = useState<number | null>(null);
  const cursor = wanted !== null && wanted < map.places.length ? wanted : strongest;
  const place = map.places[cursor]!;
  const name = patchName(cursor, result.grid);
  return (
    <>
      <div className="stage" style={{ aspectRatio: `${result.seen.width} / ${result.seen.height}` }}>
        <PatchGrid {...props} cursor={cursor} onMove={setWanted} />
      </div>
      <p
        className="patch-readout"
        aria-live="polite"
        data-testid="patch"
        data-patch={cursor}
        data-value={place.relevance}
      >
        <span className="patch-name">{name}:</span>{' '}
        <CopyNumber value={place.relevance} what={`relevance of the patch in ${name}`} result={result}>
          {formatLogits(place.relevance)}
        </CopyNumber>{' '}
        <span className="muted">{patchFacts(place, map.places.length)}</span>
      </p>
    </>
  );
}

/** Until there is relevance to show: the picture as it was given, and room for the line about a patch. */
function Waiting({ given }: { readonly given: GivenImage }) {
  return (
    <>
      <div className="stage waiting">
        <FileImage file={given.file} alt={given.name} testId="waiting" />
      </div>
      <p className="patch-readout" />
    </>
  );
}

export function ImageView(props: { readonly given: GivenImage; readonly pointed: number | null; showHelp(): void }) {
  const { given } = props;
  const { result, status } = useApp(({ imageExplanation }) => imageExplanation);
  const map = usePatchMap();
  const narrow = useNarrow();
  return (
    <div className="image-view" data-testid="image" data-status={status}>
      <div className={status === 'loading' && result ? 'image-main pending' : 'image-main'}>
        {result && map?.kind === 'map' ? (
          <Explained key={given.serial} {...props} result={result} map={map} />
        ) : (
          <Waiting given={given} />
        )}
        {narrow && <div className="classes-place">{result && <Classes result={result} />}</div>}
        <PictureTools />
      </div>
      <div className="image-side">
        <Original given={given} />
        {result && <Seen seen={result.seen} />}
      </div>
    </div>
  );
}
