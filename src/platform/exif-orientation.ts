// Photographs are stored as the sensor lay; the Exif segment of a JPEG, or chunk of a PNG, says how to turn them upright.
// Browsers do it by themselves, the command line here.
import type { Picture } from '../session/session.ts';

const orientationTag = 0x0112;

/** 1 (upright) to 8; 1 where nothing is said. */
export function orientationOf(image: Uint8Array): number {
  return image[0] === 0x89 ? orientationOfPng(image) : orientationOfJpeg(image);
}

function orientationOfPng(png: Uint8Array): number {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = 8; at + 16 <= png.length; at += 12 + view.getUint32(at))
    if (view.getUint32(at + 4) === 0x65584966) return orientationIn(view, at + 8); // 'eXIf'
  return 1;
}

function orientationOfJpeg(jpeg: Uint8Array): number {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  for (let at = 2; at + 4 <= jpeg.length && jpeg[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    const isExif = jpeg[at + 1] === 0xe1 && at + 18 <= jpeg.length && view.getUint32(at + 4) === 0x45786966; // 'Exif'
    if (isExif) return orientationIn(view, at + 10);
  }
  return 1;
}

/** `tiff`: where the TIFF header begins that Exif consists of. */
function orientationIn(view: DataView, tiff: number): number {
  const littleEndian = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, littleEndian);
  if (directory + 2 > view.byteLength) return 1;
  const entries = view.getUint16(directory, littleEndian);
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + 12 * entry;
    if (at + 12 > view.byteLength) return 1;
    if (view.getUint16(at, littleEndian) !== orientationTag) continue;
    const orientation = view.getUint16(at + 8, littleEndian);
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  }
  return 1;
}

/** The stored picture as it is meant to be seen. */
export function upright({ width, height, data }: Picture, orientation: number): Picture {
  if (orientation === 1) return { width, height, data };
  // 5 to 8 lie on their side; the others are turned by 180° or mirrored.
  const turned = orientation >= 5;
  const [newWidth, newHeight] = turned ? [height, width] : [width, height];
  const flipsX = [2, 3, 7, 8].includes(orientation);
  const flipsY = [3, 4, 6, 7].includes(orientation);
  const result = new Uint8Array(data.length);
  for (let row = 0; row < newHeight; row++) {
    for (let column = 0; column < newWidth; column++) {
      const [x, y] = turned ? [row, column] : [column, row];
      const from = (flipsY ? height - 1 - y : y) * width + (flipsX ? width - 1 - x : x);
      const to = row * newWidth + column;
      for (let channel = 0; channel < 3; channel++) result[to * 3 + channel] = data[from * 3 + channel]!;
    }
  }
  return { width: newWidth, height: newHeight, data: result };
}
