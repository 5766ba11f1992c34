// How photographs are prepared: preprocessor_config.json as transformers writes it, or the fields that timm keeps in
// pretrained_cfg. Where neither is there, the library's default, with a warning.
import { ConfigFields } from './config-fields.ts';
import type { ImageModel, JsonObject, Preprocessing } from './model.ts';
import { readPair } from './vit-config.ts';

type Image = ImageModel['image'];
type Resize = Preprocessing['resize'];

const halves = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

export function readProcessor(processor: JsonObject, image: Image): Preprocessing {
  const fields = new ConfigFields(processor, '', 'preprocessor_config.json');
  const resize: Resize = fields.flag('do_resize', true) ? readResize(fields, image) : sizeOf(image);
  if (fields.flag('do_center_crop', false)) {
    const [height, width] = readCrop(fields, image);
    if (height !== image.height || width !== image.width)
      fields.reject('crop_size', `the model's image size, ${image.height} x ${image.width}`);
  } else if ('shorterSide' in resize || resize.height !== image.height || resize.width !== image.width)
    fields.reject('size', `the model's image size, ${image.height} x ${image.width}, as nothing is cropped`);
  const factor = fields.flag('do_rescale', true) ? fields.positive('rescale_factor', 1 / 255) : 1;
  const { mean, std } = fields.flag('do_normalize', true)
    ? { mean: numbers(fields, 'image_mean', halves.mean, image), std: numbers(fields, 'image_std', halves.std, image) }
    : { mean: [0, 0, 0], std: [1, 1, 1] };
  // (value · factor − mean) / std, with 1/255 for the factor.
  const scale = factor * 255;
  const rescale = (values: readonly number[]) => (Math.abs(scale - 1) < 1e-12 ? values : values.map((v) => v / scale));
  return covering(fields, 'size', image, {
    resize,
    interpolation: readResample(fields),
    mean: rescale(mean),
    std: rescale(std),
  });
}

export function readPreparation(fields: ConfigFields, architecture: string, image: Image): Preprocessing {
  const fraction = fields.positive('crop_pct', 0.9);
  const normalised = architecture.startsWith('deit') ? imageNet : halves;
  const mode = fields.word('crop_mode', ['center', 'squash'], 'center');
  if (mode === 'center' && image.height !== image.width) fields.refuse('crop_mode', '"squash" for images not square');
  const resize =
    mode === 'center'
      ? { shorterSide: Math.floor(image.height / fraction) }
      : { height: Math.floor(image.height / fraction), width: Math.floor(image.width / fraction) };
  return covering(fields, 'crop_pct', image, {
    resize,
    interpolation: fields.word('interpolation', ['bicubic', 'bilinear'], 'bicubic'),
    mean: numbers(fields, 'mean', normalised.mean, image),
    std: numbers(fields, 'std', normalised.std, image),
  });
}

/** What the weights of torchvision name: a shorter side of 256 for a crop of 224. */
export function torchvisionPreprocessing({ height, width }: Image): Preprocessing {
  const shorterSide = Math.floor((Math.min(height, width) * 256) / 224);
  return { resize: { shorterSide }, interpolation: 'bilinear', ...imageNet };
}

export function transformersPreprocessing(image: Image): Preprocessing {
  return { resize: sizeOf(image), interpolation: 'bilinear', ...halves };
}

function readResize(fields: ConfigFields, image: Image): Resize {
  const size = fields.value('size');
  if (size === null || typeof size === 'number') {
    const [height, width] = readPair(fields, 'size', [image.height, image.width]);
    return { height, width };
  }
  const sides = fields.object('size')!;
  if (sides.value('shortest_edge') !== null) {
    if (sides.value('longest_edge') !== null) sides.refuse('longest_edge', 'a shortest edge alone');
    return { shorterSide: sides.size('shortest_edge') };
  }
  return { height: sides.size('height'), width: sides.size('width') };
}

function readCrop(fields: ConfigFields, image: Image): readonly [height: number, width: number] {
  const size = fields.value('crop_size');
  if (size === null || typeof size === 'number') return readPair(fields, 'crop_size', [image.height, image.width]);
  const sides = fields.object('crop_size')!;
  return [sides.size('height'), sides.size('width')];
}

/** Pillow's numbers of its filters. */
function readResample(fields: ConfigFields): Preprocessing['interpolation'] {
  const value = fields.value('resample') ?? 2;
  if (value === 2) return 'bilinear';
  return value === 3 ? 'bicubic' : fields.refuse('resample', '2 (bilinear), 3 (bicubic)');
}

function numbers(fields: ConfigFields, field: string, absent: readonly number[], { channels }: Image): number[] {
  const value = fields.value(field) ?? absent;
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  const isNumber = (each: unknown): each is number => typeof each === 'number' && Number.isFinite(each);
  const valid = list.length === channels && list.every(isNumber);
  return valid ? [...list] : fields.reject(field, `${channels} numbers, one per channel`);
}

/** The resized photograph has to cover the crop. */
function covering(fields: ConfigFields, field: string, { height, width }: Image, found: Preprocessing): Preprocessing {
  const { resize } = found;
  const [rows, columns] =
    'shorterSide' in resize ? [resize.shorterSide, resize.shorterSide] : [resize.height, resize.width];
  if (rows < height || columns < width) fields.refuse(field, `at least the model's image size, ${height} x ${width}`);
  return found;
}

const sizeOf = ({ height, width }: Image): Resize => ({ height, width });
