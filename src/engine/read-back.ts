// How bytes come back from the GPU: a command copies them into a staging buffer, which is mapped once that has run.
import { AppError } from '../errors.ts';
import { Staging } from './staging.ts';
import { bytesOf, type Tensor } from './tensor.ts';

export class ReadBack {
  private readonly staging: Staging;

  constructor(device: GPUDevice) {
    this.staging = new Staging(device);
  }

  /** Encodes the copy. Call the result, once, when that is submitted. */
  copy(tensor: Tensor, encoder: GPUCommandEncoder): () => Promise<ArrayBuffer> {
    const bytes = bytesOf(tensor);
    const staging = this.staging.take(bytes);
    encoder.copyBufferToBuffer(tensor.storage.buffer, 0, staging, 0, bytes);
    return () => this.read(staging, bytes);
  }

  private async read(staging: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    try {
      await staging.mapAsync(GPUMapMode.READ);
    } catch (error) {
      staging.destroy();
      throw new AppError('GpuError', `Reading ${bytes} bytes back from the GPU failed: ${String(error)}`);
    }
    const copy = staging.getMappedRange().slice(0);
    staging.unmap();
    this.staging.give(bytes, staging);
    return copy;
  }

  /** Lets go of the buffers that no copy is under way to. */
  destroy(): void {
    this.staging.destroy();
  }
}
