// Measures a language model: reading, writing, explaining with checkpoints and keeping all. Timings are medians of several
// runs, taken by turns; kernels are profiled afterwards, in runs of their own that no timing sees.
import type { Gpu } from '../engine/gpu.ts';
import type { LoadedModel } from '../explain/loaded-model.ts';
import { medianCost, type Cost } from './cost.ts';
import { explainSpeed, type ExplainCost, type ExplainSpeed } from './explain-speed.ts';
import type { KernelProfile } from './kernel-profile.ts';
import type { LayerDispatches } from './layer-dispatches.ts';
import { matrixSpeeds, type MatrixSpeed } from './matrix-speeds.ts';
import { probeStreaming, type StreamingProbe } from './probe.ts';
import { medianRatio, takeTurns } from './rounds.ts';
import { TextWork } from './text-work.ts';

export interface Speed {
  readonly tokens: number;
  readonly seconds: number;
  readonly tokensPerSecond: number;
  readonly dispatchesPerLayer: number;
  readonly submits: number;
  /** Of the GPU; 0 where nothing was long enough to be paced, and while single tokens are written. */
  readonly longestSubmitSeconds: number;
}

export interface DecodeSpeed extends Speed {
  readonly dispatchesPerToken: number;
  readonly submitsPerToken: number;
  /** Of the processor, for one token: encoding it in TypeScript, and handing it to the driver. */
  readonly encodeMicrosecondsPerToken: number;
  readonly submitMicrosecondsPerToken: number;
  readonly buffersCreated: number;
  readonly bindGroupsCreated: number;
}

/** Several targets of one text, with checkpoints; their blocks are computed again once for all of them. */
export interface SeveralSpeed {
  readonly targets: number;
  readonly seconds: number;
  /** To explaining one. */
  readonly ratioToOne: number;
  readonly peakBytes: number;
}

/** Bytes of the GPU's memory. */
export interface TextBytes {
  readonly weights: number;
  readonly cache: number;
  /** Most that was held at once of what comes and goes. */
  readonly activations: Readonly<Record<'prefill' | 'decode' | 'explain' | 'keepAll', number>>;
  /** Of all buffers there were while explaining with everything kept, those that lay unused included. */
  readonly peak: number;
}

export interface Measurement {
  readonly prefill: Speed;
  readonly decode: DecodeSpeed;
  /** The outer figures recompute each block (checkpoint). */
  readonly explain: ExplainSpeed & {
    readonly tokens: number;
    readonly keepAll: ExplainSpeed;
    /** Where asked for. */
    readonly several?: SeveralSpeed;
  };
  readonly bytes: TextBytes;
  readonly probe: StreamingProbe;
  /** null where the adapter has no timestamps. */
  readonly kernels: Readonly<Record<'prefill' | 'decode' | 'explain', KernelProfile>> | null;
  /** The matrices that one token is multiplied with; null as above. */
  readonly matrices: readonly MatrixSpeed[] | null;
}

export interface Sizes {
  readonly prefill: number;
  readonly decode: number;
  readonly explain: number;
  /** Explained at once; 1 measures nothing more. */
  readonly targets: number;
  readonly runs: number;
}

/** `layers` watches the model that was loaded. */
export async function measure(loaded: LoadedModel, layers: LayerDispatches, sizes: Sizes): Promise<Measurement> {
  const { gpu } = loaded;
  const work = new TextWork(loaded);
  try {
    const prefill = await phase(gpu, layers, sizes.runs, () => work.prefill(sizes.prefill));
    const decode = await phase(gpu, layers, sizes.runs, () => work.decode(sizes.decode));
    gpu.purge();
    const turns = [
      () => work.prefill(sizes.explain),
      () => work.explain(sizes.explain, false),
      () => work.explain(sizes.explain, true),
    ];
    const several = sizes.targets > 1 ? [() => work.explainSeveral(sizes.explain, sizes.targets)] : [];
    const rounds = (await takeTurns<Cost>([...turns, ...several], sizes.runs)) as Rounds;
    const [reading, checkpointed, keepingAll] = rounds;
    const peak = loaded.weightBytes + work.cacheBytes + gpu.pool.totalBytes;
    const explain = explainSpeed(checkpointed, reading);
    const keepAll = explainSpeed(keepingAll, reading);
    const kernels = await profile(work, sizes);
    const probe = await probeStreaming(gpu);
    return {
      prefill: { ...speed(sizes.prefill, prefill.cost), dispatchesPerLayer: prefill.perLayer },
      decode: { ...decodeSpeed(sizes.decode, decode.cost), dispatchesPerLayer: decode.perLayer },
      explain: { tokens: sizes.explain, ...explain, keepAll, ...severalSpeed(sizes.targets, rounds) },
      bytes: {
        weights: loaded.weightBytes,
        cache: work.cacheBytes,
        activations: {
          prefill: prefill.cost.activationBytes,
          decode: decode.cost.activationBytes,
          explain: explain.peakBytes,
          keepAll: keepAll.peakBytes,
        },
        peak,
      },
      probe,
      kernels,
      matrices: kernels && matrixSpeeds(kernels.decode, probe),
    };
  } finally {
    work.destroy();
  }
}

type Rounds = readonly [
  prefill: readonly Cost[],
  checkpointed: readonly ExplainCost[],
  keepingAll: readonly ExplainCost[],
  several?: readonly Cost[],
];

function severalSpeed(targets: number, [, one, , several]: Rounds): { several?: SeveralSpeed } {
  if (!several) return {};
  const { seconds, activationBytes } = medianCost(several);
  return { several: { targets, seconds, ratioToOne: medianRatio(several, one), peakBytes: activationBytes } };
}

async function phase(gpu: Gpu, layers: LayerDispatches, runs: number, work: () => Promise<Cost>) {
  gpu.purge();
  layers.take();
  const [costs] = await takeTurns([work], runs);
  return { cost: medianCost(costs!), perLayer: layers.take() };
}

async function profile(work: TextWork, { prefill, decode, explain }: Sizes): Promise<Measurement['kernels']> {
  const explainProfile = await work.profileExplain(explain, false);
  const prefillProfile = await work.profilePrefill(prefill);
  const decodeProfile = await work.profileDecode(decode);
  if (!prefillProfile || !decodeProfile || !explainProfile) return null;
  return { prefill: prefillProfile, decode: decodeProfile, explain: explainProfile };
}

const speed = (tokens: number, { seconds, submits, longestSubmitSeconds }: Cost) => ({
  tokens,
  seconds,
  tokensPerSecond: tokens / seconds,
  submits,
  longestSubmitSeconds,
});

function decodeSpeed(tokens: number, cost: Cost): Omit<DecodeSpeed, 'dispatchesPerLayer'> {
  return {
    ...speed(tokens, cost),
    dispatchesPerToken: cost.dispatches / tokens,
    submitsPerToken: cost.submits / tokens,
    encodeMicrosecondsPerToken: (1e6 * cost.encodeSeconds) / tokens,
    submitMicrosecondsPerToken: (1e6 * cost.submitSeconds) / tokens,
    buffersCreated: cost.buffersCreated,
    bindGroupsCreated: cost.bindGroupsCreated,
  };
}
