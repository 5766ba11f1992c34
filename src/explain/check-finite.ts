// A number that is none must never be drawn as one.
import { AppError } from '../errors.ts';

/** @throws NumericalError where a value is NaN or infinite. */
export function checkFinite(values: Float32Array, what: string): void {
  if (!values.every(Number.isFinite)) throw overflow(what);
}

export const overflow = (what = 'The logits'): AppError =>
  new AppError(
    'NumericalError',
    `${what} came out as NaN or infinite: either the weights hold such values, or numbers overflowed on this device. Check the weights, or use a format with a wider range (for keys and values, f32).`,
  );
