// A kernel is an entry point of a WGSL file plus constants. Bindings and Params are declared once, in the WGSL, and
// read from it here; the rest of the engine names them and never counts them.
import { AppError } from '../errors.ts';

export interface Binding {
  readonly group: number;
  readonly binding: number;
  readonly type: GPUBufferBindingType;
}

export interface Shader {
  readonly name: string;
  readonly source: string;
  readonly bindings: ReadonlyMap<string, Binding>;
  /** Scalar fields of `struct Params`, four bytes each, in order. */
  readonly params: readonly { readonly name: string; readonly type: 'u32' | 'i32' | 'f32' }[];
  /** Entry point → names of the bindings it reaches. */
  readonly entries: ReadonlyMap<string, readonly string[]>;
}

export type Constants = Readonly<Record<string, number>>;

export interface Kernel {
  readonly shader: Shader;
  readonly entry: string;
  readonly constants: Constants;
  readonly label: string;
}

/** Joins a WGSL file with the library files it uses; module scope in WGSL does not care about order. */
export function shader(name: string, ...sources: readonly string[]): Shader {
  const source = sources.join('\n');
  const code = source.replaceAll(/\/\/.*$/gm, '');
  const bindings = new Map<string, Binding>();
  const declaration = /@group\((\d+)\)\s*@binding\((\d+)\)\s*var<(uniform|storage)\s*(?:,\s*(\w+)\s*)?>\s*(\w+)\s*:/g;
  for (const [, group, binding, space, access, name] of code.matchAll(declaration)) {
    const type = space === 'uniform' ? 'uniform' : access === 'read_write' ? 'storage' : 'read-only-storage';
    bindings.set(name!, { group: Number(group), binding: Number(binding), type });
  }
  const fields = /struct\s+Params\s*\{([^}]*)\}/.exec(code)?.[1] ?? '';
  const params = [...fields.matchAll(/(\w+)\s*:\s*(u32|i32|f32)/g)].map(([, name, type]) => ({
    name: name!,
    type: type as 'u32' | 'i32' | 'f32',
  }));
  return { name, source, bindings, params, entries: reachableBindings(code, bindings) };
}

function reachableBindings(code: string, bindings: ReadonlyMap<string, Binding>): Map<string, string[]> {
  const words = new Map<string, Set<string>>();
  const entries: string[] = [];
  for (const match of code.matchAll(/(@compute[^{;]*?)?\bfn\s+(\w+)\s*\(/g)) {
    const start = code.indexOf('{', match.index + match[0].length);
    let end = start + 1;
    for (let depth = 1; depth > 0 && end < code.length; end++) {
      if (code[end] === '{') depth++;
      if (code[end] === '}') depth--;
    }
    words.set(match[2]!, new Set(code.slice(start, end).match(/(?<![.\w])[A-Za-z_]\w*/g)));
    if (match[1]) entries.push(match[2]!);
  }
  const reached = (name: string, seen: Set<string>): Set<string> => {
    seen.add(name);
    for (const word of words.get(name) ?? []) {
      if (bindings.has(word)) seen.add(word);
      else if (words.has(word) && !seen.has(word)) reached(word, seen);
    }
    return seen;
  };
  return new Map(entries.map((entry) => [entry, [...reached(entry, new Set())].filter((name) => bindings.has(name))]));
}

const kernels = new WeakMap<Shader, Map<string, Kernel>>();

/** The same shader, entry point and constants give the same object, so that its pipeline is found by identity. */
export function kernel(shader: Shader, entry: string, constants: Constants = {}): Kernel {
  let known = kernels.get(shader);
  if (!known) kernels.set(shader, (known = new Map()));
  const key = entry + JSON.stringify(constants);
  let found = known.get(key);
  if (!found) {
    if (!shader.entries.has(entry)) {
      throw new AppError('ShaderError', `shaders/${shader.name}: there is no entry point "${entry}".`);
    }
    found = { shader, entry, constants, label: `${shader.name}:${entry}` };
    known.set(key, found);
  }
  return found;
}
