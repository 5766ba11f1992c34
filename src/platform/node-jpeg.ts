// JPEG bytes → upright 8-bit RGB. jpeg-js decodes the samples; what becomes of them is ours, since it repeats halved colour
// differences and rounds downwards. Its cosine transform still rounds otherwise than that of libjpeg-turbo: one level in
// ten differs, by 1 to 3.
import jpeg from 'jpeg-js';
import type { Picture } from '../session/session.ts';
import { orientationOf, upright } from './exif-orientation.ts';
import { smoothChannel, toRgb } from './jpeg-colours.ts';
import { isYcc, jpegFrame, type JpegFrame } from './jpeg-frame.ts';

const megabytes = 4096;

/** @throws Error for what jpeg-js cannot decode. */
export function decodeJpeg(bytes: Uint8Array): Picture {
  const frame = jpegFrame(bytes);
  const picture = frame.channels.length === 3 ? inThreeChannels(bytes, frame) : decode(bytes);
  return upright(picture, orientationOf(bytes));
}

function decode(bytes: Uint8Array, options: { readonly colorTransform?: false } = {}): Picture {
  const { width, height, data } = jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxMemoryUsageInMB: megabytes,
    ...options,
  });
  return { width, height, data };
}

function inThreeChannels(bytes: Uint8Array, frame: JpegFrame): Picture {
  const stored = Uint8Array.from(bytes);
  // Adobe's marker would make jpeg-js transform the colours after all.
  if (frame.transform) stored[frame.transform.at] = 0;
  const picture = decode(stored, { colorTransform: false });
  const across = Math.max(...frame.channels.map((channel) => channel.across));
  const down = Math.max(...frame.channels.map((channel) => channel.down));
  frame.channels.forEach((channel, index) => {
    const halved = { across: across === 2 * channel.across, down: down === 2 * channel.down };
    // Other ratios stay repeated, as libjpeg leaves them.
    const known = (halved.across || across === channel.across) && (halved.down || down === channel.down);
    if (known) smoothChannel(picture, index, halved);
  });
  if (isYcc(frame)) toRgb(picture);
  return picture;
}
