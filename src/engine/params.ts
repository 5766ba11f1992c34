// The Params of the dispatches of one submission, side by side in one uniform buffer. Equal ones share a slot: the layers of
// a model repeat the same few.
import { AppError } from '../errors.ts';
import type { Kernel } from './kernel.ts';
import { paramsStride } from './pipelines.ts';

/** Params of this many dispatches fit into one submission; the next dispatch starts another. */
const slots = 512;

export class Params {
  readonly buffer: GPUBuffer;
  private readonly data = new ArrayBuffer(slots * paramsStride);
  private readonly view = new DataView(this.data);
  private readonly offsets = new Map<string, number>();

  constructor(private readonly device: GPUDevice) {
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.buffer = device.createBuffer({ label: 'params', size: this.data.byteLength, usage });
  }

  /** Where the kernel finds them. `submit` is called, and must call `upload`, where all slots are taken. */
  place({ label, shader }: Kernel, params: Readonly<Record<string, number>>, submit: () => void): number {
    let key = '';
    for (const { name, type } of shader.params) {
      const value = params[name];
      if (value === undefined) throw new AppError('GpuError', `${label}: no value for parameter "${name}".`);
      key += type[0]! + value + ',';
    }
    const known = this.offsets.get(key);
    if (known !== undefined) return known;
    if (this.offsets.size === slots) submit();
    const offset = this.offsets.size * paramsStride;
    shader.params.forEach(({ name, type }, index) => {
      const at = offset + index * 4;
      if (type === 'f32') this.view.setFloat32(at, params[name]!, true);
      else this.view.setInt32(at, params[name]!, true);
    });
    this.offsets.set(key, offset);
    return offset;
  }

  /** Before the submission that reads them; the next begins anew. */
  upload(): void {
    const used = this.offsets.size * paramsStride;
    if (used > 0) this.device.queue.writeBuffer(this.buffer, 0, this.data, 0, used);
    this.offsets.clear();
  }
}
