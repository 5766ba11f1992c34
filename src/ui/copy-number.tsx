// A number that a person may quote: one click copies it in full precision, together with what it means.
import { useEffect, useState, type ReactNode } from 'react';
import { AppError } from '../errors.ts';
import type { Explanation, ImageExplanation } from '../session/session.ts';
import { numberSentence } from './sentences.ts';
import { useActions, useApp } from './use-store.ts';

const shownFor = 1500;

export function CopyNumber(props: {
  readonly value: number;
  /** 'relevance of “ kite” (token 5)' */
  readonly what: string;
  readonly result: Explanation | ImageExplanation;
  readonly children: ReactNode;
}) {
  const { report } = useActions();
  const isImage = 'grid' in props.result;
  const model = useApp(({ model, imageModel }) => {
    const used = isImage ? imageModel : model;
    return used.status === 'ready' ? used.info.name : null;
  });
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), shownFor);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(numberSentence(props.value, props.what, props.result, model));
      setCopied(true);
    } catch (cause) {
      report(new AppError('UsageError', 'The browser does not let this page copy. Allow it the clipboard.', { cause }));
    }
  }

  return (
    <button
      type="button"
      className="number-button"
      title="Copy this number and what it means"
      onClick={() => void copy()}
    >
      {props.children}
      <span className="copied" role="status">
        {copied ? 'copied' : ''}
      </span>
    </button>
  );
}
