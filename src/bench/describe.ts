// Measurements in words and tables (Markdown), as `npm run bench` prints them without --json.
import type { KernelProfile } from './kernel-profile.ts';
import type { MatrixSpeed } from './matrix-speeds.ts';
import type { ImageMeasurement } from './measure-image.ts';
import type { ExplainSpeed } from './explain-speed.ts';
import type { Measurement, SeveralSpeed, Speed } from './measure.ts';
import type { StreamingProbe } from './probe.ts';
import { inDigits, inGigabytes, inMegabytes, inMilliseconds, inPercent, table } from './table.ts';

const phaseHeader = [
  'phase',
  'tokens',
  'seconds',
  'tokens/s',
  'of prefill',
  'dispatches per layer',
  'submits',
  'longest ms',
  'activations MB',
];

const phaseRow = (name: string, speed: Speed, bytes: number): string[] => [
  name,
  String(speed.tokens),
  inDigits(speed.seconds),
  inDigits(speed.tokensPerSecond),
  '',
  inDigits(speed.dispatchesPerLayer),
  String(speed.submits),
  inMilliseconds(speed.longestSubmitSeconds),
  inMegabytes(bytes),
];

const explainRow = (name: string, tokens: number, speed: ExplainSpeed): string[] => [
  name,
  String(tokens),
  inDigits(speed.seconds),
  inDigits(tokens / speed.seconds),
  speed.ratioToPrefill.toFixed(2),
  inDigits(speed.dispatchesPerLayer),
  String(speed.submits),
  inMilliseconds(speed.longestSubmitSeconds),
  inMegabytes(speed.peakBytes),
];

export function describeText({ prefill, decode, explain, bytes, probe, kernels, matrices }: Measurement): string[] {
  const rows = [
    phaseRow('prefill', prefill, bytes.activations.prefill),
    phaseRow('decode', decode, bytes.activations.decode),
    explainRow('explain, checkpoints', explain.tokens, explain),
    explainRow('explain, keep all', explain.tokens, explain.keepAll),
  ];
  return [
    ...table(phaseHeader, rows),
    '',
    `One token of decoding: ${inDigits(decode.encodeMicrosecondsPerToken)} µs of TypeScript to encode it, ${inDigits(decode.submitMicrosecondsPerToken)} µs to submit it; ` +
      `${inDigits(decode.dispatchesPerToken)} dispatches in ${inDigits(decode.submitsPerToken)} submits. ` +
      `While ${decode.tokens} were decoded, ${decode.buffersCreated} buffers and ${decode.bindGroupsCreated} bind groups were made.`,
    ...describeSeveral(explain.several),
    `GPU memory: weights ${inMegabytes(bytes.weights)} MB, key/value cache ${inMegabytes(bytes.cache)} MB, with everything kept at most ${inMegabytes(bytes.peak)} MB in all.`,
    describeProbe(probe),
    '',
    ...(kernels && matrices
      ? [
          ...describeMatrices(matrices),
          '',
          ...describeKernels(`Kernels of a prefill (${prefill.tokens} tokens)`, kernels.prefill),
          '',
          ...describeKernels(`Kernels of ${decode.tokens} decoded tokens`, kernels.decode),
          '',
          ...describeKernels(`Kernels of an explanation with checkpoints (${explain.tokens} tokens)`, kernels.explain),
        ]
      : [noTimestamps]),
  ];
}

const describeSeveral = (several: SeveralSpeed | undefined): string[] =>
  several
    ? [
        `${several.targets} targets explained in one sweep take ${inDigits(several.seconds)} s, ${several.ratioToOne.toFixed(2)} times one of them, and ${inMegabytes(several.peakBytes)} MB.`,
      ]
    : [];

export function describeImages({ prefill, explain, bytes, probe, kernels }: ImageMeasurement): string[] {
  const rows = [
    phaseRow('forward', prefill, bytes.activations.prefill),
    ...Object.entries(explain.recipes).flatMap(([recipe, speed]) => [
      explainRow(`${recipe}, checkpoints`, explain.tokens, speed),
      explainRow(`${recipe}, keep all`, explain.tokens, speed.keepAll),
    ]),
  ];
  return [
    ...table(
      phaseHeader.map((title) => (title === 'of prefill' ? 'of forward' : title)),
      rows,
    ),
    '',
    `GPU memory: weights ${inMegabytes(bytes.weights)} MB, at most ${inMegabytes(bytes.peak)} MB in all.`,
    describeProbe(probe),
    '',
    ...(kernels
      ? [
          ...describeKernels('Kernels of a forward pass', kernels.prefill),
          '',
          ...describeKernels(`Kernels of an explanation with checkpoints (${explain.recipe})`, kernels.explain),
        ]
      : [noTimestamps]),
  ];
}

const noTimestamps = 'This adapter has no timestamps (timestamp-query): kernels were not timed one by one.';

const describeProbe = ({ bytes, bytesPerSecond, shape }: StreamingProbe): string =>
  `Streaming probe: ${inGigabytes(bytesPerSecond)} GB/s over ${inMegabytes(bytes)} MB ` +
  `(${shape.entry.replaceAll('_', ' ')}, ${shape.lanes} lanes a workgroup, ${16 * shape.foursPerLane} bytes a lane).`;

function describeMatrices(matrices: readonly MatrixSpeed[]): string[] {
  const rows = matrices.map(({ kernel, shape, bytes, seconds, bytesPerSecond, shareOfProbe }) => [
    kernel,
    shape,
    inDigits(bytes / 1e6),
    inMilliseconds(seconds),
    inGigabytes(bytesPerSecond),
    inPercent(shareOfProbe),
  ]);
  return ['Matrices of one token, beside the streaming probe:', '', ...table(matrixHeader, rows)];
}

const matrixHeader = ['kernel', 'shape', 'weights MB', 'ms', 'GB/s', 'of the probe'];

function describeKernels(title: string, { kernels, kernelSeconds, wallSeconds }: KernelProfile): string[] {
  const rows = kernels.map(({ kernel, shape, calls, seconds, share }) => [
    kernel,
    shape,
    String(calls),
    inMilliseconds(seconds),
    inPercent(share),
  ]);
  return [
    `${title}: ${inMilliseconds(kernelSeconds)} ms of ${inMilliseconds(wallSeconds)} ms, each dispatch a pass of its own:`,
    '',
    ...table(['kernel', 'shape', 'calls', 'ms', 'share'], rows),
  ];
}
