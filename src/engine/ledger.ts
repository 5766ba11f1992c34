// The books of one explanation, on the GPU until the end: what each layer's residual stream carries per token, and what
// softmax and biases absorb there. inputs + absorbed = explained score (AttnLRP section 8), on any device, without a
// reference model: the arithmetic proves itself.
import rowRelevanceSource from '#shaders/row-relevance.wgsl?raw';
import { gridOf, type Gpu } from './gpu.ts';
import type { Storage } from './pool.ts';
import { sumKernels } from './sum-kernels.ts';
import type { Tensor } from './tensor.ts';

const rowRelevance = sumKernels('row-relevance.wgsl', rowRelevanceSource);

interface RowSum {
  readonly x: Storage;
  /** Floats from one row of x to the next; 0 = the same row for all. */
  readonly stride: number;
  readonly g: Storage;
  readonly rows: number;
  readonly width: number;
  readonly into: Tensor;
  readonly offset: number;
  readonly factor: number;
  readonly accumulate: boolean;
}

/** into[offset + r] (+)= factor · Σ_d x[r, d] · g[r, d]. */
function sumRows(gpu: Gpu, sum: RowSum): void {
  const { rows, width, stride, offset, factor } = sum;
  const params = { rows, width, x_stride: stride, offset, factor, accumulate: sum.accumulate ? 1 : 0 };
  const buffers = { x: sum.x, g: sum.g, result: sum.into.storage };
  gpu.run(rowRelevance(gpu.lanes, 'forward'), buffers, params, gridOf(rows));
}

export const absorbers = ['softmax', 'biases', 'router', 'positions', 'cls'] as const;
export type Absorber = (typeof absorbers)[number];

export interface LedgerReading {
  /** Relevance of each row of the input that is explained: tokens, or image patches. */
  readonly inputs: Float32Array;
  /** [layer][row]: what enters the first block, then what leaves each. */
  readonly residual: readonly Float32Array[];
  /** What each kind absorbed, per layer; the last entry is what lies outside the blocks. */
  readonly absorbed: Readonly<Record<Absorber, readonly number[]>>;
}

export class Ledger {
  /** The layer that is being swept; the number of layers stands for what lies outside the blocks. */
  layer: number;
  private readonly table: Tensor;
  private readonly rowsOfLine = new Map<number, number>();

  /** `rows`: the most rows that a line will have. */
  constructor(
    private readonly gpu: Gpu,
    private readonly layers: number,
    private readonly rows: number,
  ) {
    this.layer = layers;
    this.table = gpu.allocate(this.firstAbsorbed + absorbers.length * (layers + 1), rows, 'ledger');
    gpu.clear(this.table);
  }

  /** Relevance x · g of the input. */
  bookInputs(x: Tensor, g: Tensor): void {
    this.book(0, x, g);
  }

  /** Relevance x · g of the residual stream after `layer` blocks (0: what enters the first). */
  bookResidual(layer: number, x: Tensor, g: Tensor): void {
    this.book(1 + layer, x, g);
  }

  private book(line: number, x: Tensor, g: Tensor): void {
    const { rows, width } = x;
    this.rowsOfLine.set(line, rows);
    const sum = { x: x.storage, stride: width, g: g.storage, rows, width, into: this.table };
    sumRows(this.gpu, { ...sum, offset: line * this.rows, factor: 1, accumulate: false });
  }

  /** Adds factor · Σ_d x · g per row to what `kind` absorbed in this layer. x may be one row for all. */
  bookAbsorbed(
    kind: Absorber,
    x: { readonly storage: Storage; readonly shared: boolean },
    g: Tensor,
    factor: number,
  ): void {
    const line = this.firstAbsorbed + absorbers.indexOf(kind) * (this.layers + 1) + this.layer;
    const { rows, width } = g;
    const sum = { x: x.storage, stride: x.shared ? 0 : width, g: g.storage, rows, width, into: this.table };
    sumRows(this.gpu, { ...sum, offset: line * this.rows, factor, accumulate: true });
  }

  /** After the inputs and a residual line for every layer + 1. */
  private get firstAbsorbed(): number {
    return this.layers + 2;
  }

  async read(): Promise<LedgerReading> {
    const values = await this.gpu.readFloats(this.table);
    const line = (index: number): Float32Array => {
      return values.slice(index * this.rows, index * this.rows + (this.rowsOfLine.get(index) ?? this.rows));
    };
    const perLayer = (kind: number): number[] => {
      const first = this.firstAbsorbed + kind * (this.layers + 1);
      return Array.from({ length: this.layers + 1 }, (_, layer) => total(line(first + layer)));
    };
    const absorbed = absorbers.map((kind, index) => [kind, perLayer(index)] as const);
    return {
      inputs: line(0),
      residual: Array.from({ length: this.layers + 1 }, (_, layer) => line(1 + layer)),
      absorbed: Object.fromEntries(absorbed) as Record<Absorber, number[]>,
    };
  }
}

/** In double precision: a ledger should not lose digits where it adds up. */
export const total = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0);
