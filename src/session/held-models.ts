// What a session holds: one GPU, and on it one model of each kind.
import { AppError } from '../errors.ts';
import type { Gpu } from '../engine/gpu.ts';
import type { LanguageModel } from './language-session.ts';
import type { OpenedImageModel } from './open-model.ts';
import type { ModelKind } from './session.ts';
import { SessionMemory } from './session-memory.ts';

export class HeldModels {
  gpu: Gpu | null = null;
  language: LanguageModel | null = null;
  image: OpenedImageModel | null = null;
  readonly memory = new SessionMemory((kind) => this.unload(kind));

  requireLanguage(): LanguageModel {
    if (!this.language) throw new AppError('UsageError', 'No model is loaded. Open a model first.');
    return this.language;
  }

  requireImage(): OpenedImageModel {
    if (!this.image) throw new AppError('UsageError', 'No image model is loaded. Open one first.');
    return this.image;
  }

  unload(kind: ModelKind): void {
    if (kind === 'language') {
      this.language?.generator.destroy();
      this.language?.loaded.destroy();
    } else this.image?.loaded.weights.destroy();
    this.gpu?.purge();
    this.forget(kind);
  }

  /** What is left may take what it took. */
  close(kind: ModelKind): void {
    this.unload(kind);
    if (this.gpu) this.memory.widenPool(this.gpu);
  }

  /** After a job that failed. A device that was lost takes its models with it. */
  async recover(error: unknown): Promise<void> {
    const name = error instanceof Error ? error.name : '';
    if (name === 'DeviceLostError') {
      this.gpu = null;
      this.forget('language');
      this.forget('image');
    } else if (name === 'OutOfMemoryError' || name === 'GpuError') await this.gpu?.recover();
    else this.gpu?.trim();
  }

  dispose(): void {
    this.unload('language');
    this.unload('image');
    this.gpu?.destroy();
    this.gpu = null;
  }

  private forget(kind: ModelKind): void {
    if (kind === 'language') this.language = null;
    else this.image = null;
    this.memory.release(kind);
  }
}
