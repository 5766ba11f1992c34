// What a session may take of a GPU, and what of it is taken.
import type { GpuTraits } from '../memory/counting-device.ts';
import type { ModelKind } from './session.ts';

export const otherKind: Readonly<Record<ModelKind, ModelKind>> = { language: 'image', image: 'language' };

/** Of a model on the GPU. */
export interface Held {
  readonly name: string;
  /** Bytes that it keeps between jobs. */
  readonly resident: number;
}

export interface Room {
  readonly gpu: GpuTraits;
  /** Bytes in all; Infinity where nobody says, and the GPU will. */
  readonly budget: number;
  /** The model of the other kind, which stays when a model of that kind takes the place of the one before it. */
  other(kind: ModelKind): Held | null;
  /**
   * So many bytes will be taken, those of others included: what lies unused goes, and the one before it if both do not fit.
   */
  makeWay(kind: ModelKind, bytes: number): void;
}

/** Of a GPU with nothing on it, where nobody says how much may be taken. */
export const emptyRoom = (gpu: GpuTraits): Room => ({
  gpu,
  budget: Infinity,
  other: () => null,
  makeWay: () => {},
});
