// What a session may take of a GPU, and what of it is taken.
import type { BufferLimits } from '../memory/counting-device.ts';
import type { ModelKind } from './session.ts';

/** Of a model on the GPU. */
export interface Held {
  readonly name: string;
  /** Bytes that it keeps between jobs. */
  readonly resident: number;
}

export interface Room {
  readonly limits: BufferLimits;
  /** Bytes in all. */
  readonly budget: number;
  /** The model of the other kind, which stays when a model of that kind takes the place of the one before it. */
  other(kind: ModelKind): Held | null;
  /** So many bytes will be taken, those of others included: the one before it goes at once if both do not fit. */
  makeWay(kind: ModelKind, bytes: number): void;
}
