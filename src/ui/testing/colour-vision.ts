// How far apart two colours look, also to people who see fewer: CIE76 distance after Machado et al. (2009), severity 1.
type Triple = readonly [number, number, number];

const simulations = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const;

export type Vision = keyof typeof simulations;
export const visions = Object.keys(simulations) as readonly Vision[];

const multiply = (matrix: readonly Triple[], [a, b, c]: Triple): Triple => {
  const row = (index: number): number => {
    const [x, y, z] = matrix[index] ?? [0, 0, 0];
    return x * a + y * b + z * c;
  };
  return [row(0), row(1), row(2)];
};

/** '#rrggbb' as linear light. */
function linear(colour: string): Triple {
  const channel = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function lab(colour: Triple): Triple {
  const xyz = multiply(
    [
      [0.4124564, 0.3575761, 0.1804375],
      [0.2126729, 0.7151522, 0.072175],
      [0.0193339, 0.119192, 0.9503041],
    ],
    colour,
  );
  const f = (value: number): number => (value > 216 / 24389 ? Math.cbrt(value) : ((24389 / 27) * value + 16) / 116);
  const [x, y, z] = [f(xyz[0] / 0.95047), f(xyz[1]), f(xyz[2] / 1.08883)];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

export function distance(one: string, other: string, vision: Vision): number {
  const seen = ([a, b, c]: Triple): Triple => {
    const clip = (value: number): number => Math.min(Math.max(value, 0), 1);
    return [clip(a), clip(b), clip(c)];
  };
  const [p, q] = [one, other].map((colour) => lab(seen(multiply(simulations[vision], linear(colour)))));
  return Math.hypot(p![0] - q![0], p![1] - q![1], p![2] - q![2]);
}

/** WCAG 2 contrast ratio. */
export function contrast(one: string, other: string): number {
  const luminance = (colour: string): number => {
    const [r, g, b] = linear(colour);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [lower, higher] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (higher! + 0.05) / (lower! + 0.05);
}
