// A number that is none must never be drawn as one.
import { AppError } from '../errors.ts';

/** @throws NumericalError where a value is NaN or infinite. */
export function checkFinite(values: Float32Array, what: string): void {
  for (const value of values) {
    if (Number.isFinite(value)) continue;
    throw new AppError(
      'NumericalError',
      `${what} came out as ${value}: the numbers of this model overflowed on this device. Check the weights, or use a format with a wider range.`,
    );
  }
}
