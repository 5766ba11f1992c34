// Patterns of module names, as configurations write them for Python's re.match: from the start, not to the end.
import { AppError } from '../../errors.ts';

export function matcher(pattern: string, where: string): (name: string) => boolean {
  let expression: RegExp;
  try {
    expression = new RegExp(`^(?:${pattern})`);
  } catch (cause) {
    const text = `${where}: "${pattern}" is no regular expression that can be read; expected a pattern of module names.`;
    throw new AppError('FormatError', text, { cause });
  }
  return (name) => expression.test(name);
}
