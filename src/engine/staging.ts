// Buffers through which bytes come back from the GPU. The last few sizes are kept: decoding reads the same handful of bytes
// for every token.

export class Staging {
  private readonly free = new Map<number, GPUBuffer[]>();

  constructor(private readonly device: GPUDevice) {}

  take(bytes: number): GPUBuffer {
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    return this.free.get(bytes)?.pop() ?? this.device.createBuffer({ label: 'read-back', size: bytes, usage });
  }

  give(bytes: number, staging: GPUBuffer): void {
    const others = this.free.get(bytes) ?? [];
    // Two are under way at most where one token is read while the next is written.
    if (others.length > 1) others.shift()!.destroy();
    this.free.delete(bytes);
    this.free.set(bytes, [...others, staging]);
    if (this.free.size <= 4) return;
    const [oldest, buffers] = this.free.entries().next().value!;
    for (const buffer of buffers) buffer.destroy();
    this.free.delete(oldest);
  }

  destroy(): void {
    for (const buffers of this.free.values()) for (const buffer of buffers) buffer.destroy();
    this.free.clear();
  }
}
