// A search over all classes of the image model; the one that is chosen is explained.
import { Combobox } from '@base-ui/react/combobox';
import { useMemo } from 'react';
import { useActions, useApp } from './use-store.ts';

interface NamedClass {
  readonly value: number;
  readonly label: string;
}

/** As many matches are listed; who looks for more types another letter. */
const mostMatches = 50;

export function ClassSearch() {
  const { explainClass } = useActions();
  const labels = useApp(({ imageModel }) => (imageModel.status === 'ready' ? imageModel.info.labels : null));
  const classes = useMemo(() => (labels ?? []).map((label, value): NamedClass => ({ value, label })), [labels]);
  return (
    <Combobox.Root
      items={classes}
      value={null as NamedClass | null}
      limit={mostMatches}
      autoHighlight
      onValueChange={(chosen) => {
        if (chosen) void explainClass(chosen.value);
      }}
    >
      <Combobox.Input
        className="text-field class-search"
        aria-label={`Search all ${classes.length} classes`}
        placeholder={`Search all ${classes.length} classes`}
        data-testid="class-search"
      />
      <Combobox.Portal>
        <Combobox.Positioner className="layer" sideOffset={4}>
          <Combobox.Popup className="popup menu class-menu">
            <Combobox.Empty className="class-empty">No class has that name.</Combobox.Empty>
            <Combobox.List>
              {({ value, label }: NamedClass) => (
                <Combobox.Item key={value} value={{ value, label }} className="menu-item" data-testid="found-class">
                  <span className="class-label">{label}</span>
                  <span className="muted">{value}</span>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
