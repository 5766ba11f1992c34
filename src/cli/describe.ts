// An explanation for people: what is explained, the tokens in colour or as signed numbers, a legend, the ledger.
import type { Explanation, Ledger } from '../session/session.ts';
import { paint, scaleOf } from './heat.ts';

const methodNames = { attnlrp: 'AttnLRP', 'cp-lrp': 'CP-LRP', 'gradient-x-input': 'gradient × input' } as const;

export function describe(explanation: Explanation, colourBits: number): string {
  const coloured = colourBits >= 8;
  const parts = [
    headline(explanation),
    coloured ? line(explanation, colourBits) : table(explanation),
    coloured ? legend(explanation) : 'Positive: the token raises the score. Negative: it lowers it.',
    ledgerLine(explanation.ledger),
  ];
  return `${parts.join('\n\n')}\n`;
}

function headline({ tokens, target, contrast, method, scalar }: Explanation): string {
  const name = named(target);
  const what = scalar === 'logit' ? `the logit of ${name}` : `the logit of ${name}, less the mean of all logits`;
  const against = contrast === null ? '' : `, minus that of ${named(contrast)}`;
  return `Explained: ${what}${against} = ${number(target.score)}, after ${count(tokens.length)}, by ${methodNames[method]}.`;
}

function line({ tokens }: Explanation, colourBits: number): string {
  const scale = scaleOf(tokens.map(({ relevance }) => relevance));
  return tokens.map(({ id, text, relevance }) => paint(visible(id, text), relevance / scale, colourBits)).join('');
}

function legend({ tokens }: Explanation): string {
  const scale = scaleOf(tokens.map(({ relevance }) => relevance));
  return `Red: the token raises the score. Blue: it lowers it. White: no effect. Full colour from ±${number(scale)} (99th percentile of the magnitudes).`;
}

function table({ tokens }: Explanation): string {
  const rows = tokens.map(({ id, text, relevance }, index) => {
    const signed = `${relevance < 0 ? '' : '+'}${number(relevance)}`;
    return `${String(index).padStart(5)}  ${signed.padStart(11)}  ${text === null ? `id ${id}` : JSON.stringify(text)}`;
  });
  return rows.join('\n');
}

function ledgerLine({ score, inputs, softmax, biases, router, residue }: Ledger): string {
  const entries = Object.entries({ inputs, softmax, biases, router, residue });
  const known = entries.flatMap(([name, value]) => (value === null ? [] : [`${name} ${number(value)}`]));
  if (residue === null) return `Score ${number(score)}; inputs ${number(inputs)}. This method keeps no ledger.`;
  return `Ledger: score ${number(score)} = ${known.join(' + ')}.`;
}

function count(tokens: number): string {
  return tokens === 1 ? 'one token' : `${tokens} tokens`;
}

function named({ id, text }: { readonly id: number; readonly text: string | null }): string {
  return text === null ? `token ${id}` : `${JSON.stringify(text)} (id ${id})`;
}

/** Line ends stay line ends but can be seen, so that their colour can. */
function visible(id: number, text: string | null): string {
  return text === null ? ` ${id} ` : text.replaceAll('\n', '⏎\n');
}

function number(value: number): string {
  return Number(value.toPrecision(4)).toString().replace(/^-/, '−');
}
