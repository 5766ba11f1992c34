// Errors whose message is a sentence for the user: what is wrong, where, what was expected, what to do.
// The name survives a worker boundary; the class does not.

export type ErrorName =
  | 'UsageError' // wrong arguments
  | 'SourceError' // a file that cannot be read, or ends too early
  | 'AccessError' // a model that needs an access token, or another one
  | 'StorageError' // no space on the device, or none that may be used
  | 'FormatError' // a file that breaks its format
  | 'UnsupportedError' // a model, value or format we do not compute
  | 'TokenizerError'
  | 'ImageError' // a file that cannot be shown to an image model
  | 'ContextError' // more tokens than the model or device takes
  | 'NumericalError' // NaN or infinity where a number belongs
  | 'ShaderError'
  | 'GpuError' // WebGPU reported a validation or internal error
  | 'OutOfMemoryError'
  | 'DeviceLostError'
  | 'NoGpuError';

/** What of a sentence's advice can be done at once. */
export interface Remedies {
  /** Load the model in this format instead. */
  readonly quantize?: 'none' | 'int8' | 'int4';
  /** Close the open model of that kind first. */
  readonly close?: 'language' | 'image';
}

/** What any error of loading may say besides: the model before it had to make way, and is not open any more. */
export interface MadeWay {
  readonly madeWay?: boolean;
}

export class AppError extends Error {
  readonly remedies: Remedies | undefined;

  constructor(name: ErrorName, message: string, options?: ErrorOptions & { readonly remedies?: Remedies }) {
    super(message, options);
    this.name = name;
    this.remedies = options?.remedies;
  }
}
