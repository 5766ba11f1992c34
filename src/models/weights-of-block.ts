// Multiplications that a row costs in a block, attention apart: one for each weight of its matrices.
import { listWeights } from './list-weights.ts';

interface Blocks {
  /** The model's tree of weights. */
  readonly weights: unknown;
  readonly layers: number;
  /** Rows of the embedding and the head, which are no part of blocks; an image model's are small. */
  readonly vocabularySize?: number;
}

/** All matrices but those, divided among the blocks. */
export function weightsOfBlock({ weights, layers, vocabularySize = 0 }: Blocks): number {
  const matrices = listWeights(weights).filter(({ shape }) => shape.length > 1 && shape[0] !== vocabularySize);
  return matrices.reduce((sum, { shape }) => sum + shape[0]! * shape[1]!, 0) / layers;
}
