// config.json and the quantiser's own file may both describe a quantised checkpoint. AutoGPTQ believes the one,
// transformers the other, so a contradiction cannot be settled here.
import { AppError } from '../../errors.ts';
import type { ConfigFields } from '../../models/config-fields.ts';
import type { Json } from '../../models/model.ts';

/** Names of one setting. */
const settings: readonly (readonly string[])[] = [
  ['quant_method', 'method'],
  ['bits', 'w_bit'],
  ['group_size', 'q_group_size'],
  ['sym'],
  ['checkpoint_format', 'format'],
  ['version'],
];

/** Throws FormatError for the first setting that both state and state differently. */
export function compareSettings(one: ConfigFields, oneFile: string, other: ConfigFields, otherFile: string): void {
  for (const names of settings) {
    const [here, there] = [statedIn(one, names), statedIn(other, names)];
    if (here === null || there === null || here.value === there.value) continue;
    throw new AppError(
      'FormatError',
      `${oneFile} says ${here.name} ${JSON.stringify(here.value)} of the quantised weights, but ${otherFile} says ` +
        `${there.name} ${JSON.stringify(there.value)}. Keep the file that belongs to these weights and remove the other.`,
    );
  }
}

function statedIn(fields: ConfigFields, names: readonly string[]): { name: string; value: Json } | null {
  const name = names.find((each) => fields.value(each) !== null);
  if (name === undefined) return null;
  const value = fields.value(name);
  return { name, value: typeof value === 'string' ? value.toLowerCase() : value };
}
