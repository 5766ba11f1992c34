// Every weight spec of a model's tree, each object once, in the tree's order: what a loader has to find.
import type { WeightSpec } from './model.ts';

export function listWeights(tree: unknown): WeightSpec[] {
  const found = new Set<WeightSpec>();
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    if (isSpec(node)) found.add(node);
    else Object.values(node).forEach(visit);
  };
  visit(tree);
  return [...found];
}

function isSpec(node: object): node is WeightSpec {
  return 'name' in node && typeof node.name === 'string' && 'shape' in node && Array.isArray(node.shape);
}
