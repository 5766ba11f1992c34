// Models of the hub that are known to work here, small ones first. A test computes the sizes from the architectures.
import { formatBytes } from './format.ts';

export interface KnownModel {
  readonly id: string;
  /** Bytes of the download. */
  readonly download: number;
  /** Bytes of the weights on the GPU, as they are stored and as int4. */
  readonly gpu: { readonly stored: number; readonly int4: number };
  readonly licence: string;
  readonly use: 'chat' | 'base' | 'images';
  /** Its owner asks for an account and an access token. */
  readonly gated?: boolean;
}

const apache = 'Apache 2.0';

// prettier-ignore
export const knownModels: readonly KnownModel[] = [
  { id: 'HuggingFaceTB/SmolLM2-135M', download: 269e6, gpu: { stored: 269e6, int4: 97e6 }, licence: apache, use: 'base' },
  { id: 'HuggingFaceTB/SmolLM2-135M-Instruct', download: 269e6, gpu: { stored: 269e6, int4: 97e6 }, licence: apache, use: 'chat' },
  { id: 'google/vit-base-patch16-224', download: 346e6, gpu: { stored: 346e6, int4: 55e6 }, licence: apache, use: 'images' },
  { id: 'HuggingFaceTB/SmolLM2-360M-Instruct', download: 724e6, gpu: { stored: 724e6, int4: 248e6 }, licence: apache, use: 'chat' },
  { id: 'Qwen/Qwen2.5-0.5B-Instruct', download: 988e6, gpu: { stored: 988e6, int4: 369e6 }, licence: apache, use: 'chat' },
  { id: 'Qwen/Qwen3-0.6B', download: 1.5e9, gpu: { stored: 1.19e9, int4: 441e6 }, licence: apache, use: 'chat' },
  { id: 'meta-llama/Llama-3.2-1B-Instruct', download: 2.47e9, gpu: { stored: 2.47e9, int4: 890e6 }, licence: 'Llama 3.2', use: 'chat', gated: true },
  { id: 'Qwen/Qwen2.5-1.5B-Instruct', download: 3.09e9, gpu: { stored: 3.09e9, int4: 1.07e9 }, licence: apache, use: 'chat' },
];

/** 'Download 269 MB · on the GPU 269 MB, int4 97.0 MB · Apache 2.0 · chat'. */
export function knownFacts({ download, gpu, licence, use, gated }: KnownModel): string {
  const size = `on the GPU ${formatBytes(gpu.stored)}, int4 ${formatBytes(gpu.int4)}`;
  const parts = [`Download ${formatBytes(download)}`, size, licence, use, ...(gated ? ['needs an access token'] : [])];
  return parts.join(' · ');
}
