// What the models of a session hold of the GPU's memory: whether another fits beside them, and whether what is asked of
// them does.
import type { Gpu } from '../engine/gpu.ts';
import type { GpuTraits } from '../memory/counting-device.ts';
import type { ImageMemoryPlan } from '../memory/image-plan.ts';
import { usualBudget } from '../memory/memory-budget.ts';
import type { MemoryPlan } from '../memory/memory-plan.ts';
import { checkExplanation, checkImageExplanation, checkKeeping } from '../memory/memory-sentences.ts';
import type { WayBack } from './explanations.ts';
import { otherKind, type Held, type Room } from './room.ts';
import type { ModelKind } from './session.ts';

export interface TextToExplain extends WayBack {
  readonly tokens: number;
  /** How many tokens of the text in one sweep. */
  readonly targets?: number;
}

export class SessionMemory {
  /** Bytes that may be taken in all; Infinity where nobody says. */
  private budget = Infinity;
  /** The same to keep what could be computed again: where nobody says, what GPUs usually have to spare. */
  private keepingBudget = 0;
  private readonly held = new Map<ModelKind, Held>();
  /** Of the language model, as things stand: image models come and go. */
  private plan: MemoryPlan | null = null;
  private imagePlan: ImageMemoryPlan | null = null;

  /** `unload` makes way for the next model of that kind. */
  constructor(private readonly unload: (kind: ModelKind) => void) {}

  roomOn(gpu: GpuTraits & Pick<Gpu, 'purge'>, budget: number): Room {
    return {
      gpu,
      budget,
      other: (kind) => this.held.get(otherKind[kind]) ?? null,
      makeWay: (kind, needed) => {
        // What an explanation kept lies in the pool for the next one.
        gpu.purge();
        if (needed + this.resident(kind) > budget) this.unload(kind);
      },
    };
  }

  holdLanguageModel(name: string, plan: MemoryPlan): void {
    this.plan = plan;
    this.held.set('language', { name, resident: plan.resident });
  }

  holdImageModel(name: string, plan: ImageMemoryPlan): void {
    this.imagePlan = plan;
    this.held.set('image', { name, resident: plan.resident });
  }

  release(kind: ModelKind): void {
    this.held.delete(kind);
    if (kind === 'language') this.plan = null;
    else this.imagePlan = null;
  }

  /** What may come and go beside what stays. */
  limitPool(gpu: Gpu, budget: number): void {
    this.budget = budget;
    this.keepingBudget = budget === Infinity ? usualBudget(gpu.device.limits).bytes : budget;
    gpu.poolLimit = Math.max(0, budget - this.resident('language') - this.resident('image'));
  }

  /** The same after a model has gone. */
  widenPool(gpu: Gpu): void {
    this.limitPool(gpu, this.budget);
  }

  /**
   * Whether blocks keep what they saved until the way back, rather than being computed again: faster, where it fits.
   * @throws OutOfMemoryError where explaining a text of so many tokens, or so many targets of it, would not end well.
   */
  async admitText({ tokens, targets = 1, wayBack }: TextToExplain): Promise<boolean> {
    if (!this.plan) return false;
    const occupied = this.resident('image');
    if (this.plan.occupied !== occupied) this.plan = await this.plan.beside(occupied);
    if (wayBack !== 'recompute') {
      const needed = await this.plan.explaining(tokens, true, targets);
      if (this.keeps(needed, wayBack)) return true;
    }
    const other = this.held.get('image')?.name;
    await checkExplanation(this.plan, { tokens, targets, other });
    return false;
  }

  /**
   * The same of images.
   * @throws OutOfMemoryError where an explanation no longer fits beside the language model.
   */
  admitImage({ wayBack }: WayBack = {}): boolean {
    if (!this.imagePlan) return false;
    const { keeping, occupied } = this.imagePlan;
    const needed = keeping - occupied + this.resident('language');
    if (wayBack !== 'recompute' && this.keeps(needed, wayBack)) return true;
    const other = this.held.get('language');
    if (other) checkImageExplanation(this.imagePlan, this.budget, other);
    return false;
  }

  /** @throws OutOfMemoryError where it was asked for, and goes beyond what may be taken. */
  private keeps(needed: number, wayBack: WayBack['wayBack']): boolean {
    if (wayBack !== 'keep-all') return needed <= this.keepingBudget;
    checkKeeping(needed, this.budget);
    return true;
  }

  private resident(kind: ModelKind): number {
    return this.held.get(kind)?.resident ?? 0;
  }
}
