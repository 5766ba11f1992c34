// A measurement in words, as `npm run bench` prints it without --json.
import type { ImageExplainSpeed, ImageMeasurement } from './measure-image.ts';
import type { ExplainSpeed, Measurement, Speed } from './measure.ts';

const megabytes = (count: number): string => `${(count / 1e6).toFixed(1)} MB`;

export function describeText({ prefill, decode, explain, bytes }: Measurement): string[] {
  const speed = ({ tokens, seconds, tokensPerSecond }: Speed): string =>
    `${tokens} tokens in ${seconds.toFixed(3)} s, ${tokensPerSecond.toFixed(1)} tokens/s`;
  const explained = ({ seconds, ratioToPrefill, peakBytes }: ExplainSpeed): string =>
    `${explain.tokens} tokens in ${seconds.toFixed(3)} s, ${ratioToPrefill.toFixed(2)} times their prefill, peak ${megabytes(peakBytes)}`;
  return [
    `prefill               ${speed(prefill)}`,
    `decode                ${speed(decode)}, ${decode.dispatchesPerToken.toFixed(0)} dispatches per token`,
    `                      ${decode.buffersCreated} buffers and ${decode.bindGroupsCreated} bind groups made meanwhile`,
    `explain, checkpoints  ${explained(explain)}`,
    `explain, keep all     ${explained(explain.keepAll)}`,
    `weights ${megabytes(bytes.weights)}, key/value cache ${megabytes(bytes.cache)}`,
  ];
}

export function describeImages({ tokens, layers, forward, explain, bytes }: ImageMeasurement): string[] {
  const explained = ({ seconds, ratioToForward, peakBytes }: ImageExplainSpeed): string =>
    `${seconds.toFixed(3)} s, ${ratioToForward.toFixed(2)} times a forward pass, peak ${megabytes(peakBytes)}`;
  return [
    `forward               ${tokens} tokens through ${layers} layers in ${forward.seconds.toFixed(3)} s, peak ${megabytes(forward.peakBytes)}`,
    ...Object.entries(explain).flatMap(([recipe, speed]) => [
      `${recipe}`,
      `  checkpoints         ${explained(speed)}`,
      `  keep all            ${explained(speed.keepAll)}`,
    ]),
    `weights ${megabytes(bytes.weights)}`,
  ];
}
