// Models of the hub that are known to work here, small ones first. Sizes are those of the download.
export interface KnownModel {
  readonly id: string;
  readonly bytes: number;
  readonly licence: string;
  readonly use: 'chat' | 'base' | 'images';
}

export const knownModels: readonly KnownModel[] = [
  { id: 'HuggingFaceTB/SmolLM2-135M', bytes: 270e6, licence: 'Apache 2.0', use: 'base' },
  { id: 'HuggingFaceTB/SmolLM2-135M-Instruct', bytes: 270e6, licence: 'Apache 2.0', use: 'chat' },
  { id: 'google/vit-base-patch16-224', bytes: 350e6, licence: 'Apache 2.0', use: 'images' },
  { id: 'HuggingFaceTB/SmolLM2-360M-Instruct', bytes: 730e6, licence: 'Apache 2.0', use: 'chat' },
  { id: 'Qwen/Qwen2.5-0.5B-Instruct', bytes: 1e9, licence: 'Apache 2.0', use: 'chat' },
  { id: 'Qwen/Qwen3-0.6B', bytes: 1.5e9, licence: 'Apache 2.0', use: 'chat' },
];
