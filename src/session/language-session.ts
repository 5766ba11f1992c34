// The text side of a session: what belongs to a language model, and its results in the words of the interface.
import type { Gpu } from '../engine/gpu.ts';
import { total } from '../engine/ledger.ts';
import { explain, type TextExplanation } from '../explain/explain.ts';
import type { LoadedModel } from '../explain/loaded-model.ts';
import type { Generator } from '../generate/generator.ts';
import type { Source } from '../load/source.ts';
import type { MemoryPlan } from '../memory/memory-plan.ts';
import { describeExplainable, describeMemory } from '../memory/memory-sentences.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import type { Chat } from './chat-session.ts';
import type { OpenedLanguageModel } from './open-model.ts';
import {
  greedy,
  type ExplainRequest,
  type Explanation,
  type LanguageModelInfo,
  type Ledger,
  type MemoryFacts,
} from './session.ts';

export interface LanguageModel extends OpenedLanguageModel {
  /** null where it has no chat template. */
  readonly chat: Chat | null;
  readonly generator: Generator;
}

/** Runs the kernels of reading and writing once, so that the first answer does not wait for a compiler. */
export async function warmUpWriting({ loaded, generator }: LanguageModel): Promise<void> {
  await generator.generate({ ids: twoTokens(loaded), maxTokens: 2, sampling: greedy, endOfText: [] });
}

/** The same for explaining, which is asked for later. */
export async function warmUpExplaining({ loaded }: LanguageModel): Promise<void> {
  const request = { target: 0, contrast: null, scalar: 'centred-logit', method: 'attnlrp' } as const;
  await explain(loaded, { ids: twoTokens(loaded), ...request });
}

const twoTokens = ({ context }: LoadedModel): number[] => [0, 0].slice(0, context);

export function describeLanguageModel(
  { loaded, tokenizer, chat, plan, ...opened }: LanguageModel,
  source: Source,
  gpu: Gpu,
): LanguageModelInfo {
  const { model, context, cacheFormat, weightBytes } = loaded;
  const shortened = `The model was made for ${model.contextLength} tokens; this device holds ${context}.`;
  return {
    kind: 'language',
    name: source.name,
    architecture: model.architecture,
    parameters: opened.parameters,
    format: opened.format,
    converted: opened.converted,
    layers: model.layers,
    vocabularySize: model.vocabularySize,
    contextLength: context,
    cache: cacheFormat,
    weightBytes,
    hasTokenizer: tokenizer !== null,
    ...(chat && tokenizer ? { chat: { problem: chat.problem } } : {}),
    ...(Number.isFinite(plan.budget) ? { memory: memoryOf(plan) } : {}),
    warnings: context < model.contextLength ? [...opened.warnings, shortened] : opened.warnings,
    adapter: gpu.description,
  };
}

const memoryOf = (plan: MemoryPlan): MemoryFacts => ({
  explainableTokens: plan.explainable,
  explainable: describeExplainable(plan),
  taken: describeMemory(plan),
});

/** The numbers of an explanation, with the texts of their tokens. */
export function present(
  request: Omit<ExplainRequest, 'target'>,
  result: TextExplanation,
  tokenizer: Tokenizer | null,
): Explanation {
  const { ids, contrast, method, scalar } = request;
  const text = (id: number): string | null => tokenizer?.pieceOf(id) ?? null;
  const logit = (id: number): number => result.logits[id]!;
  return {
    tokens: ids.map((id, index) => ({ id, text: text(id), relevance: result.relevance[index]! })),
    target: { id: result.target, text: text(result.target), logit: logit(result.target), score: result.score },
    contrast: contrast === null ? null : { id: contrast, text: text(contrast), logit: logit(contrast) },
    method,
    scalar,
    layers: result.layers,
    ledger: ledgerOf(result),
    candidates: result.candidates.map((candidate) => ({ ...candidate, text: text(candidate.id) })),
  };
}

function ledgerOf({ score, relevance, absorbed }: TextExplanation): Ledger {
  const inputs = total(relevance);
  if (!absorbed) return { score, inputs, softmax: null, biases: null, router: null, residue: null };
  const { softmax, biases, router } = absorbed;
  return { score, inputs, softmax, biases, router, residue: score - inputs - softmax - biases - router };
}
