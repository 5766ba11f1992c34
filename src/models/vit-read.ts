// config.json, the checkpoint's tensor names and preprocessor_config.json → a vision transformer. The style of the
// configuration and the names of the tensors are independent: torchvision's weights come with either style.
import { AppError } from '../errors.ts';
import { ConfigFields } from './config-fields.ts';
import { ignoredFields } from './known-fields.ts';
import type { ImageModel, JsonObject, Preprocessing } from './model.ts';
import { preparationOf, readTimmConfig } from './vit-config-timm.ts';
import { readTransformersConfig, type VitConfig } from './vit-config.ts';
import type { VitNaming } from './vit-naming.ts';
import {
  readPreparation,
  readProcessor,
  torchvisionPreprocessing,
  transformersPreprocessing,
} from './vit-preprocessing.ts';
import { namingOf, vitSpecs, type VitSpecs } from './vit-weights.ts';
import { vit } from './vit.ts';

export interface ImageModelFiles {
  readonly config: JsonObject;
  /** preprocessor_config.json, where there is one. */
  readonly processor: JsonObject | null;
  /** Names of the checkpoint's tensors. */
  readonly tensors: Iterable<string>;
}

const supported =
  'ViTForImageClassification, DeiTForImageClassification, DeiTForImageClassificationWithTeacher, ' +
  "vit_* and deit_* of timm, torchvision's vit_b_16 and its like";
const isTransformers = /^(ViT|DeiT)ForImageClassification$|^DeiTForImageClassificationWithTeacher$|^(vit|deit)$/;
const isOther = /^(vit|deit)_/;

/** Names of timm's training and hub metadata, and of transformers' fields that change nothing here. */
const ignored: ReadonlySet<string> = new Set(
  `
  architecture attention_probs_dropout_prob encoder_stride pooler_act pooler_output_size
  num_features label_descriptions first_conv classifier pool_size fixed_input_size min_input_size test_input_size
  test_crop_pct custom_load url file hf_hub_id hf_hub_filename source tag paper_ids paper_name notes description
  license origin_url input_size mean std interpolation crop_pct crop_mode num_classes
  class_token final_norm fc_norm strict_img_size weight_init fix_init drop_rate pos_drop_rate patch_drop_rate
  proj_drop_rate attn_drop_rate drop_path_rate dropout attention_dropout
  `
    .trim()
    .split(/\s+/),
);

/** Whether a config.json is that of an image classifier, one that we compute or another. */
export function describesImages(config: JsonObject): boolean {
  const name = architectureName(config);
  return (
    'architecture' in config || /ForImageClassification/.test(name) || isTransformers.test(name) || isOther.test(name)
  );
}

/** Throws FormatError or UnsupportedError; warnings are sentences about what was ignored or assumed. */
export function readImageModel({ config: json, processor, tensors: names }: ImageModelFiles): {
  model: ImageModel<VitSpecs>;
  warnings: string[];
} {
  const name = architectureName(json);
  if (!isTransformers.test(name) && !isOther.test(name))
    throw new AppError(
      'UnsupportedError',
      `config.json: the architecture is ${JSON.stringify(name)}. Supported: ${supported}.`,
    );
  const tensors = new Set(names);
  const naming = namingOf(tensors);
  const fields = new ConfigFields(json);
  const unknown: string[] = [];
  const inTimmStyle = !isTransformers.test(name) && !fields.has('num_attention_heads');
  const config = inTimmStyle ? readTimmConfig(fields, name, unknown) : readTransformersConfig(fields, name);
  if (config.image.channels !== 3)
    fields.refuse(inTimmStyle ? 'model_args' : 'num_channels', 'images of 3 channels (red, green, blue)');
  const warnings: string[] = [];
  const preprocessing = readPreprocessing(fields, config, naming, processor, warnings);
  unknown.unshift(...fields.unread());
  const surprising = unknown.filter((field) => !ignoredFields.has(field) && !ignored.has(field.replace(/^.*\./, '')));
  if (surprising.length > 0)
    warnings.push(`config.json has fields this app does not know: ${surprising.join(', ')}; they were ignored.`);

  const weights = vitSpecs(config, naming, tensors);
  if (config.pool === 'class' && weights.classTokens.length < weights.heads.length)
    fields.reject('global_pool', '"avg", as the checkpoint has fewer class tokens than heads');
  if (config.pool === 'mean' && weights.heads.length > 1) fields.refuse('global_pool', '"token" for two heads');
  const complete = { ...config, normEpsilon: config.normEpsilon ?? naming.normEpsilon };
  return { model: vit(complete, weights, preprocessing), warnings };
}

function readPreprocessing(
  fields: ConfigFields,
  { architecture, image }: VitConfig,
  naming: VitNaming,
  processor: JsonObject | null,
  warnings: string[],
): Preprocessing {
  if (processor) return readProcessor(processor, image);
  const prepared = preparationOf(fields);
  const stated = ['mean', 'std', 'crop_pct', 'interpolation'].some((field) => prepared.has(field));
  if (!stated)
    warnings.push(
      'Nothing says how images are to be prepared (preprocessor_config.json, or pretrained_cfg in config.json): ' +
        `the default of ${naming.library} was taken.`,
    );
  if (stated || naming.library === 'timm') return readPreparation(prepared, architecture, image);
  return naming.library === 'torchvision' ? torchvisionPreprocessing(image) : transformersPreprocessing(image);
}

/** As architectures[0], architecture or model_type state it. */
export function architectureName(config: JsonObject): string {
  const { architectures, architecture, model_type: type } = config;
  const first: unknown = Array.isArray(architectures) ? architectures[0] : undefined;
  const name = first ?? architecture ?? type;
  return typeof name === 'string' ? name : '';
}
