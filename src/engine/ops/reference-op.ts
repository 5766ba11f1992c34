// What a float64 reference of an op is. Each <op>.reference.ts exports these three functions, so the module itself
// (import * as linear from './linear.reference.ts') is a ReferenceOp.
import type { Matrix } from '../matrix.ts';
import type { Rules } from '../rules.ts';

export interface ReferenceOp<Inputs extends readonly Matrix[], Parameters> {
  forward(inputs: Inputs, parameters: Parameters): Matrix;
  /** R of the output → R of each input, by the paper's equations, dividing by activations as they do. */
  relevance(output: Matrix, inputs: Inputs, parameters: Parameters, rules: Rules): Matrix[];
  /** Multiplier of the output → multiplier of each input: the ordinary vector-Jacobian product. */
  derivative(output: Matrix, inputs: Inputs, parameters: Parameters): Matrix[];
}
