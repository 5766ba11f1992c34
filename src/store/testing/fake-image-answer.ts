// What the fake session says about images: four classes, four patches, the same for the same question.
import type { ExplainImageRequest, ImageExplanation, ImageModelInfo } from '../../session/session.ts';

export const fakeImageModel: ImageModelInfo = {
  kind: 'image',
  name: 'TinySight',
  architecture: 'ViTForImageClassification',
  parameters: 1_200_000,
  format: 'F16',
  layers: 6,
  weightBytes: 2_400_000,
  converted: 0,
  warnings: [],
  adapter: { name: 'SwiftShader (software)', software: true, features: [] },
  classes: 6,
  grid: { rows: 2, columns: 2 },
  patchSize: 8,
  labels: ['cat', 'dog', 'bird', 'horse', 'ship', 'truck'],
};

export function fakeImageAnswer(request: ExplainImageRequest): ImageExplanation {
  const { target, contrast, recipe, scalar, gammas = {} } = request;
  const score = (id: number) => ({ id, label: fakeImageModel.labels[id] ?? '?', logit: 5 - id });
  const total = fakeImageModel.labels.reduce((sum, _, id) => sum + Math.exp(5 - id), 0);
  const explained = target ?? 0;
  const value = score(explained).logit - (contrast === null ? 0 : score(contrast).logit);
  const used = { patches: 0.25, 'query-key-value': 0, out: 0, mlp: 0.05, head: 0, ...gammas };
  const patches = [1, -0.5, 0.25, used.mlp].map((patch) => patch * (explained + 1));
  const inputs = patches.reduce((sum, patch) => sum + patch, 0);
  return {
    // A model's size is not the photograph's.
    seen: { width: 2, height: 2, data: new Uint8Array(12).fill(request.image.data[0] ?? 0) },
    classes: [0, 1, 2, 3, 4].map((id) => ({ ...score(id), probability: Math.exp(5 - id) / total })),
    target: { ...score(explained), score: value },
    contrast: contrast === null ? null : score(contrast),
    grid: fakeImageModel.grid,
    patches,
    recipe,
    scalar,
    gammas: recipe === 'gradient-x-input' ? null : used,
    ledger: { score: value, inputs, softmax: 0, biases: value - inputs, positions: 0, cls: 0, residue: 0 },
  };
}
