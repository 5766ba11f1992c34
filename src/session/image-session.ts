// The image side of a session: a picture in, the patches that speak for a class out.
import type { Gpu } from '../engine/gpu.ts';
import { total } from '../engine/ledger.ts';
import { gammaOf, recipes, type Rules } from '../engine/rules.ts';
import { AppError } from '../errors.ts';
import { explainImage, type ImageExplanation as Explained } from '../explain/explain-image.ts';
import { fitImage, normalise } from '../image/preprocess.ts';
import { unfold } from '../image/unfold.ts';
import type { Source } from '../load/source.ts';
import type { OpenedImageModel } from './open-model.ts';
import type {
  ExplainImageRequest,
  GammaSite,
  Gammas,
  ImageExplanation,
  ImageLedger,
  ImageModelInfo,
  Job,
} from './session.ts';

export async function explainPicture(
  opened: OpenedImageModel,
  request: ExplainImageRequest & { readonly keepAll?: boolean },
  { signal, onProgress }: Job<number>,
): Promise<ImageExplanation> {
  const { model } = opened.loaded;
  const seen = fitImage(request.image, model.image, model.preprocessing);
  const patches = unfold(normalise(seen, model.preprocessing), model.image, model.patchSize);
  const { target, contrast, scalar, recipe, keepAll } = request;
  const rules = rulesOf(request);
  const asked = { patches, target, contrast, scalar, rules, keepAll, signal, onProgress };
  const result = await explainImage(opened.loaded, asked);
  const labelled = (id: number) => ({ id, label: opened.labels[id]!, logit: result.logits[id]! });
  return {
    seen,
    classes: result.classes.map(({ id, probability }) => ({ ...labelled(id), probability })),
    target: { ...labelled(result.target), score: result.score },
    contrast: contrast === null ? null : labelled(contrast),
    grid: model.grid,
    patches: result.patches,
    recipe,
    scalar,
    gammas: gammasOf(rules),
    ledger: ledgerOf(result),
  };
}

function rulesOf({ recipe, gammas = {} }: ExplainImageRequest): Rules {
  const rules: Rules = recipes[recipe];
  const own = Object.entries(gammas) as [GammaSite, number][];
  if (own.length > 0 && !rules.conserves)
    throw new AppError('UsageError', `${recipe} has no γ to set. Choose another recipe, or leave the γ out.`);
  // First match wins, so what was asked for comes before the recipe.
  return { ...rules, linear: [...own, ...rules.linear] };
}

function gammasOf(rules: Rules): Gammas | null {
  if (!rules.conserves) return null;
  const sites: readonly GammaSite[] = ['patches', 'query-key-value', 'out', 'mlp', 'head'];
  return Object.fromEntries(sites.map((site) => [site, gammaOf(rules, site)])) as Gammas;
}

function ledgerOf({ score, patches, absorbed }: Explained): ImageLedger {
  const inputs = total(patches);
  if (!absorbed) return { score, inputs, softmax: null, biases: null, positions: null, cls: null, residue: null };
  const kept = Object.values(absorbed).reduce((sum, value) => sum + value, 0);
  return { score, inputs, ...absorbed, residue: score - inputs - kept };
}

export function describeImageModel(opened: OpenedImageModel, source: Source, gpu: Gpu): ImageModelInfo {
  const { model, weights } = opened.loaded;
  return {
    kind: 'image',
    name: source.name,
    architecture: model.architecture,
    parameters: opened.parameters,
    format: opened.format,
    converted: opened.converted,
    layers: model.layers,
    weightBytes: weights.bytes,
    warnings: opened.warnings,
    adapter: gpu.description,
    classes: model.classes,
    grid: model.grid,
    patchSize: model.patchSize,
    labels: opened.labels,
  };
}
