// The parts of the page that only images need, loaded with the first of them: a tenth of the page's code.
import { lazy, Suspense, type ComponentProps } from 'react';

const View = lazy(async () => ({ default: (await import('./image-view.tsx')).ImageView }));
const Inspector = lazy(async () => ({ default: (await import('./image-inspector.tsx')).ImageInspector }));

export function ImageView(props: ComponentProps<typeof View>) {
  return (
    <Suspense>
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
