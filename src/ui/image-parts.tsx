// The parts of the page that only images need, loaded with the first of them: a tenth of the page's code.
import { lazy, Suspense, type ComponentProps } from 'react';

const loadView = () => import('./image-view.tsx');
const View = lazy(async () => ({ default: (await loadView()).ImageView }));
// The inspector is there before an image is: the view then has no time to be missing.
const Inspector = lazy(async () => {
  const [{ ImageInspector }] = await Promise.all([import('./image-inspector.tsx'), loadView()]);
  return { default: ImageInspector };
});

/** As much room as the picture and its classes take. */
function Place() {
  return (
    <div className="image-view">
      <div className="image-main">
        <div className="stage waiting" />
        <p className="patch-readout" />
        <div className="classes-place" />
      </div>
    </div>
  );
}

export function ImageView(props: ComponentProps<typeof View>) {
  return (
    <Suspense fallback={<Place />}>
      <View {...props} />
    </Suspense>
  );
}

export function ImageInspector(props: ComponentProps<typeof Inspector>) {
  return (
    <Suspense fallback={<aside className="inspector" aria-label="Explanation" />}>
      <Inspector {...props} />
    </Suspense>
  );
}
