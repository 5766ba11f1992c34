// The strongest tokens as two tables; the map in words, for everyone and for screen readers.
import type { Explanation } from '../session/session.ts';
import type { TokenRelevance } from '../store/relevance-map.ts';
import { CopyNumber } from './copy-number.tsx';
import { formatPercent, formatSigned, quote } from './format.ts';
import { strongest, type Ranked } from './ranking.ts';
import { useApp } from './use-store.ts';

function Side(props: {
  readonly title: string;
  readonly rows: readonly Ranked[];
  readonly result: Explanation;
  onPoint(index: number | null): void;
}) {
  const tokens = useApp(({ text }) => text.tokens);
  const nameOf = (index: number): string => quote(tokens[index]?.text ?? '');
  return (
    <table className="ranking">
      <caption>{props.title}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">Token</th>
          <th scope="col">Position</th>
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
            <td className="ranking-place">{index}</td>
            <td className="ranking-value">
              <CopyNumber
                value={relevance}
                what={`relevance of ${nameOf(index)} (token ${index})`}
                result={props.result}
              >
                {formatSigned(relevance)}
              </CopyNumber>
            </td>
            <td className="ranking-share">{formatPercent(share)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function RankingView(props: {
  readonly result: Explanation;
  readonly tokens: readonly TokenRelevance[];
  onPoint(index: number | null): void;
}) {
  return (
    <div className="rankings">
      <Side {...props} title="Supporting" rows={strongest(props.tokens, 1)} />
      <Side {...props} title="Opposing" rows={strongest(props.tokens, -1)} />
    </div>
  );
}
