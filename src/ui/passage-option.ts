// What each unit of the running text is, a token or a folded run of them: an option of a list, coloured by its relevance.
import type { CSSProperties } from 'react';

export interface PassageOption {
  /** Spoken. */
  readonly label: string;
  /** null and 0 have no colour. */
  readonly relevance: number | null;
  /** Of its colour. */
  readonly opacity: number;
  readonly target: boolean;
  readonly pointed: boolean;
  readonly tabbable: boolean;
}

/** Attributes of its element; `classes` are its own. */
export function optionAttributes(option: PassageOption, classes: readonly (string | false)[]) {
  const { relevance, target } = option;
  const coloured = relevance !== null && relevance !== 0;
  const shared = [
    coloured && (relevance > 0 ? 'supports' : 'opposes'),
    target && 'target',
    option.pointed && 'pointed',
  ];
  return {
    role: 'option',
    tabIndex: option.tabbable ? 0 : -1,
    'aria-selected': target,
    'aria-label': option.label,
    className: [...classes, ...shared].filter(Boolean).join(' '),
    style: coloured ? ({ '--opacity': option.opacity.toFixed(3) } as CSSProperties) : undefined,
  };
}
