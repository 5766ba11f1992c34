// A decoded picture: 8-bit RGB, whatever file or camera it came from.

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Row by row, three bytes a pixel. */
  readonly data: Uint8Array;
}
