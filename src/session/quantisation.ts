// The formats a model can be asked for in.

/** 'none': weights exactly as they are stored. int8 and int4 make another, smaller model of them while they are read. */
export type Quantisation = 'none' | 'int8' | 'int4';
export const quantisations: readonly Quantisation[] = ['none', 'int8', 'int4'];
