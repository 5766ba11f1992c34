// The weight specs of a model's tree, each object once, in the tree's order.
import type { BoundSpec, StackSpec, WeightSpec } from './model.ts';

/** What a loader has to find: tensors, those of stacks one by one. */
export function listWeights(tree: unknown): WeightSpec[] {
  return [...new Set(listBound(tree).flatMap(partsOf))];
}

/** What the model will ask for: tensors that stand alone, and stacks. */
export function listBound(tree: unknown): BoundSpec[] {
  const found = new Set<BoundSpec>();
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    if (isBound(node)) found.add(node);
    else Object.values(node).forEach(visit);
  };
  visit(tree);
  return [...found];
}

export const isStack = (spec: BoundSpec): spec is StackSpec => 'stack' in spec;

export const partsOf = (spec: BoundSpec): readonly WeightSpec[] => (isStack(spec) ? spec.stack : [spec]);

function isBound(node: object): node is BoundSpec {
  if (!('name' in node) || typeof node.name !== 'string') return false;
  return ('shape' in node && Array.isArray(node.shape)) || ('stack' in node && Array.isArray(node.stack));
}
