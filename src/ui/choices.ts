// What can be chosen, in the words the page uses; and the prompts it suggests.
import type { MethodName, ScalarName } from '../session/session.ts';
import type { SpecialTokens } from '../store/state.ts';
import type { Option } from './controls.tsx';

export const methods: readonly Option<MethodName>[] = [
  { value: 'attnlrp', label: 'AttnLRP' },
  { value: 'cp-lrp', label: 'CP-LRP' },
  { value: 'gradient-x-input', label: 'Gradient × input' },
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
