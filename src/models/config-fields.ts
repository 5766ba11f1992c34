// Typed reading of config.json and its like. Every complaint names the file, the field, its value and what was expected;
// what nobody asked for can be listed afterwards, because an unread field might have changed the result.
import { AppError } from '../errors.ts';
import type { Json, JsonObject } from './model.ts';

export class ConfigFields {
  readonly #object: JsonObject;
  readonly #path: string;
  readonly #file: string;
  readonly #read = new Set<string>();

  constructor(object: JsonObject, path = '', file = 'config.json') {
    this.#object = object;
    this.#path = path;
    this.#file = file;
  }

  /** The value as it stands; absent and null are both null, since transformers writes null for "not set". */
  value(field: string): Json {
    this.#read.add(field);
    return Object.hasOwn(this.#object, field) ? (this.#object[field] ?? null) : null;
  }

  /** Names of all fields, whatever they hold. */
  names(): string[] {
    return Object.keys(this.#object);
  }

  has(field: string): boolean {
    return Object.hasOwn(this.#object, field);
  }

  /** A positive integer; without a default the field is required. */
  size(field: string, absent?: number): number {
    const value = this.value(field) ?? absent ?? null;
    return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
      ? value
      : this.reject(field, 'a positive integer');
  }

  /** A positive, finite number; without a default the field is required. */
  positive(field: string, absent?: number): number {
    const value = this.value(field) ?? absent ?? null;
    return typeof value === 'number' && Number.isFinite(value) && value > 0
      ? value
      : this.reject(field, 'a positive number');
  }

  flag(field: string, absent: boolean): boolean {
    const value = this.value(field) ?? absent;
    return typeof value === 'boolean' ? value : this.reject(field, 'true or false');
  }

  /** One of a few words. Another word is a model we do not compute; anything but a word is a broken file. */
  word<Word extends string>(field: string, supported: readonly Word[], absent: Word): Word {
    const value = this.value(field) ?? absent;
    if (typeof value !== 'string') return this.reject(field, 'a word');
    return supported.find((word) => word === value) ?? this.refuse(field, supported.map(show).join(', '));
  }

  /** An object inside this one, or null. */
  object(field: string): ConfigFields | null {
    const value = this.value(field);
    if (value === null) return null;
    return isObject(value)
      ? new ConfigFields(value, this.#name(field) + '.', this.#file)
      : this.reject(field, 'an object');
  }

  /** A file that breaks its format. */
  reject(field: string, expected: string): never {
    throw new AppError('FormatError', `${this.#file}: ${this.#state(field)}; expected ${expected}.`);
  }

  /** A readable value that we do not compute. */
  refuse(field: string, supported: string): never {
    throw new AppError('UnsupportedError', `${this.#file}: ${this.#state(field)}. Supported: ${supported}.`);
  }

  /** Names of fields that hold something and were never read. */
  unread(): string[] {
    const fields = Object.keys(this.#object).filter(
      (field) => !this.#read.has(field) && (this.#object[field] ?? null) !== null,
    );
    return fields.map((field) => this.#name(field));
  }

  #name(field: string): string {
    return this.#path + field;
  }

  #state(field: string): string {
    const stated = this.has(field) ? `is ${show(this.#object[field] ?? null)}` : 'is missing';
    return `${this.#name(field)} ${stated}`;
  }
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
