// What the models of a session hold of the GPU's memory: whether another fits beside them, and whether what is asked of
// them does.
import type { Gpu } from '../engine/gpu.ts';
import type { ImageMemoryPlan } from '../memory/image-plan.ts';
import type { MemoryPlan } from '../memory/memory-plan.ts';
import { checkExplanation, checkImageExplanation } from '../memory/memory-sentences.ts';
import type { Held, Room } from './room.ts';
import type { ModelKind } from './session.ts';

export class SessionMemory {
  private budget: number | null = null;
  private readonly held = new Map<ModelKind, Held>();
  /** Of the language model, as things stand: image models come and go. */
  private plan: MemoryPlan | null = null;
  private imagePlan: ImageMemoryPlan | null = null;

  /** `unload` makes way for the next model of that kind. */
  constructor(private readonly unload: (kind: ModelKind) => void) {}

  /** `budget`: bytes that may be taken in all; null where nobody says. */
  roomOn({ device: { limits } }: Pick<Gpu, 'device'>, budget: number | null): Room | null {
    if (budget === null) return null;
    return {
      limits,
      budget,
      other: (kind) => this.held.get(otherKind[kind]) ?? null,
      makeWay: (kind, needed) => {
        if (needed + this.resident(kind) > budget) this.unload(kind);
      },
    };
  }

  holdLanguageModel(name: string, plan: MemoryPlan | null, weightBytes: number): void {
    this.plan = plan;
    this.held.set('language', { name, resident: plan?.resident ?? weightBytes });
  }

  holdImageModel(name: string, plan: ImageMemoryPlan | null, weightBytes: number): void {
    this.imagePlan = plan;
    this.held.set('image', { name, resident: plan?.resident ?? weightBytes });
  }

  release(kind: ModelKind): void {
    this.held.delete(kind);
    if (kind === 'language') this.plan = null;
    else this.imagePlan = null;
  }

  /** What may come and go beside what stays. */
  limitPool(gpu: Gpu, budget: number | null): void {
    this.budget = budget;
    gpu.poolLimit = Math.max(0, (budget ?? Infinity) - this.resident('language') - this.resident('image'));
  }

  /** The same after a model has gone. */
  widenPool(gpu: Gpu): void {
    this.limitPool(gpu, this.budget);
  }

  /** @throws OutOfMemoryError where explaining a text of so many tokens, or so many targets of it, would not end well. */
  async checkText(tokens: number, keepAll?: boolean, targets?: number): Promise<void> {
    if (!this.plan) return;
    const occupied = this.resident('image');
    if (this.plan.occupied !== occupied) this.plan = await this.plan.beside(occupied);
    const other = this.held.get('image')?.name;
    await checkExplanation(this.plan, { tokens, keepAll, targets, other });
  }

  /** @throws OutOfMemoryError where an explanation no longer fits beside the language model. */
  checkImage(): void {
    const other = this.held.get('language');
    if (this.imagePlan && other) checkImageExplanation(this.imagePlan, this.budget ?? Infinity, other);
  }

  private resident(kind: ModelKind): number {
    return this.held.get(kind)?.resident ?? 0;
  }
}

const otherKind: Readonly<Record<ModelKind, ModelKind>> = { language: 'image', image: 'language' };
