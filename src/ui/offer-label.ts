// What the button of an offer says.
import type { ModelKind } from '../session/session.ts';
import { nameOfLocation } from '../store/model-address.ts';
import type { Offer } from '../store/state.ts';

/** 'Open as int4', 'Close TinyWorld', 'Close TinyWorld and open vit-large'. `names`: of the models that are open. */
export function offerLabel({ close, open }: Offer, names: Readonly<Record<ModelKind, string | null>>): string {
  const { quantize } = open?.location ?? {};
  if (close) {
    const closing = `Close ${names[close] ?? `the ${close} model`}`;
    return open ? `${closing} and open ${nameOfLocation(open.location)}` : closing;
  }
  return !quantize || quantize === 'none' ? 'Open as stored' : `Open as ${quantize}`;
}
