// The strongest tokens or patches as two tables; the map in words, for everyone and for screen readers.
import type { Explanation, ImageExplanation } from '../session/session.ts';
import type { PlacedRelevance } from '../store/relevance-map.ts';
import { CopyNumber } from './copy-number.tsx';
import { formatPercent, formatSigned, quote } from './format.ts';
import { patchName } from './image-sentences.ts';
import { strongest, type Ranked } from './ranking.ts';
import { useApp } from './use-store.ts';

function Side(props: {
  readonly title: string;
  readonly rows: readonly Ranked[];
  readonly result: Explanation | ImageExplanation;
  nameOf(index: number): string;
  /** As it is called in a quoted number. */
  fullNameOf(index: number): string;
  onPoint(index: number | null): void;
}) {
  const { nameOf, fullNameOf } = props;
  const isText = 'tokens' in props.result;
  return (
    <table className="ranking">
      <caption>{props.title}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">Name</th>
          {isText && <th scope="col">Position</th>}
          <th scope="col">Relevance in logits</th>
          <th scope="col">Share of |relevance|</th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map(({ index, relevance, share }) => (
          <tr
            key={index}
            onPointerEnter={() => props.onPoint(index)}
            onPointerLeave={() => props.onPoint(null)}
            data-testid="ranked"
            data-index={index}
          >
            <th scope="row">{nameOf(index)}</th>
            {isText && <td className="ranking-place">{index}</td>}
            <td className="ranking-value">
              <CopyNumber value={relevance} what={`relevance of ${fullNameOf(index)}`} result={props.result}>
                {formatSigned(relevance)}
              </CopyNumber>
            </td>
            <td className="ranking-share">{formatPercent(share)}</td>
          </tr>
        ))}
        {props.rows.length === 0 && (
          <tr>
            <td className="muted" colSpan={isText ? 4 : 3}>
              none
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Sides(
  props: Omit<Parameters<typeof Side>[0], 'title' | 'rows'> & { readonly places: readonly PlacedRelevance[] },
) {
  // prettier-ignore
  const { places, ...rest } = props;
  return (
    <div className="rankings">
      <Side {...rest} title="Supporting" rows={strongest(places, 1)} />
      <Side {...rest} title="Opposing" rows={strongest(places, -1)} />
    </div>
  );
}

export function RankingView(props: {
  readonly result: Explanation;
  readonly places: readonly PlacedRelevance[];
  onPoint(index: number | null): void;
}) {
  const tokens = useApp(({ text }) => text.tokens);
  const nameOf = (index: number): string => quote(tokens[index]?.text ?? '');
  return <Sides {...props} nameOf={nameOf} fullNameOf={(index) => `${nameOf(index)} (token ${index})`} />;
}

export function PatchRanking(props: {
  readonly result: ImageExplanation;
  readonly places: readonly PlacedRelevance[];
  onPoint(index: number | null): void;
}) {
  const { columns } = props.result.grid;
  const nameOf = (index: number): string => `${Math.floor(index / columns) + 1}, ${(index % columns) + 1}`;
  return (
    <>
      <Sides {...props} nameOf={nameOf} fullNameOf={(index) => `the patch in ${patchName(index, props.result.grid)}`} />
      <p className="note">Patches by row and column, counted from the top left.</p>
    </>
  );
}
