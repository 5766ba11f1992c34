// The books: what the tokens got and what the model's own parts kept must add up to the score.
import type { CSSProperties } from 'react';
import type { Explanation, ImageExplanation } from '../session/session.ts';
import { CopyNumber } from './copy-number.tsx';
import { formatSigned } from './format.ts';
import { ledgerRemark, ledgerRows } from './ranking.ts';

function Bar({ value, largest }: { readonly value: number; readonly largest: number }) {
  const part = { '--part': largest === 0 ? 0 : Math.abs(value) / largest } as CSSProperties;
  return <span className={`ledger-bar ${value < 0 ? 'opposes' : 'supports'}`} style={part} />;
}

export function LedgerView({ result }: { readonly result: Explanation | ImageExplanation }) {
  const { ledger } = result;
  const rows = ledgerRows(ledger);
  const remark = ledgerRemark(ledger);
  const largest = Math.max(Math.abs(ledger.score), ...rows.map(({ value }) => Math.abs(value)));
  return (
    <>
      <table className="ledger">
        <caption>Where the score went, in logits</caption>
        <tbody>
          {rows.map(({ entry, value, meaning }) => (
            <tr key={entry}>
              <th scope="row">
                {entry} <span className="ledger-meaning">{meaning}</span>
              </th>
              <td className="ledger-graph" aria-hidden="true">
                <Bar value={value} largest={largest} />
              </td>
              <td className="ledger-value" data-testid={`ledger-${entry}`} data-value={value}>
                <CopyNumber value={value} what={`${entry} (${meaning})`} result={result}>
                  {formatSigned(value)}
                </CopyNumber>
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">
              score{' '}
              <span className="ledger-meaning">{ledger.residue === null ? 'as computed' : 'all of the above'}</span>
            </th>
            <td className="ledger-graph" aria-hidden="true">
              <Bar value={ledger.score} largest={largest} />
            </td>
            <td className="ledger-value" data-testid="ledger-score" data-value={ledger.score}>
              <CopyNumber value={ledger.score} what="score" result={result}>
                {formatSigned(ledger.score)}
              </CopyNumber>
            </td>
          </tr>
        </tfoot>
      </table>
      {remark !== null && (
        <p className="note" data-testid="ledger-remark">
          {remark}
        </p>
      )}
    </>
  );
}
