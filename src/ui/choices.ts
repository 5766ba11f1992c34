// What can be chosen, in the words the page uses; and the prompts it suggests.
import type { GammaSite, MethodName, RecipeName, ScalarName } from '../session/session.ts';
import type { PictureMode, SpecialTokens } from '../store/settings.ts';
import type { Option } from './controls.tsx';

export const methods: readonly Option<MethodName>[] = [
  { value: 'attnlrp', label: 'AttnLRP' },
  { value: 'cp-lrp', label: 'CP-LRP' },
  { value: 'gradient-x-input', label: 'Gradient × input' },
];

/** Methods for images, named by what they do at their sites. */
export const recipes: readonly Option<RecipeName>[] = [
  { value: 'cp-lrp-gamma', label: 'CP-LRP with γ' },
  { value: 'attnlrp-gamma', label: 'AttnLRP with γ' },
  { value: 'cp-lrp-epsilon', label: 'CP-LRP, ε only' },
  { value: 'attnlrp-epsilon', label: 'AttnLRP, ε only' },
  { value: 'gradient-x-input', label: 'Gradient × input' },
];

/** Where γ may be set, from the picture to the classes. */
export const gammaSites: Readonly<Record<GammaSite, string>> = {
  patches: 'patches',
  'query-key-value': 'q, k, v',
  out: 'attention out',
  mlp: 'MLP',
  head: 'head',
};

export const pictureModes: readonly Option<PictureMode>[] = [
  { value: 'overlay', label: 'Overlay' },
  { value: 'map', label: 'Map' },
  { value: 'masked', label: 'Masked' },
];

export const scalars: readonly Option<ScalarName>[] = [
  { value: 'centred-logit', label: 'Centred logit' },
  { value: 'logit', label: 'Raw logit' },
];

export const specialTokenPolicies: readonly Option<SpecialTokens>[] = [
  { value: 'exclude', label: 'Out of scale' },
  { value: 'show', label: 'In scale' },
  { value: 'hide', label: 'Hidden' },
];

export const samplePrompts: readonly string[] = [
  'Once upon a time',
  'Mia has a red kite. Tom has a blue boat. What does Mia have?',
  'What is the capital of Norland?',
];
