// Recognises what often lies where a model file should be, by its first bytes.

const signs: readonly (readonly [start: RegExp, sentence: string])[] = [
  [
    /^version https:\/\/git-lfs/,
    'is a Git LFS pointer, not the file itself: run "git lfs pull" in the model folder, or download the file',
  ],
  [
    /^\s*<(!doctype|html|head|\?xml|error)/i,
    'is a web page, not a model file: the download went wrong (a log-in or error page was saved); download it again',
  ],
  [/^GGUF/, 'is a GGUF file: convert the model to safetensors first'],
  [/^PK\x03\x04/, 'is a zip archive or a PyTorch file: convert the model to safetensors first'],
];

/** What the file is instead, as the rest of a sentence that begins with its name; null where nothing is recognised. */
export function foreignContent(firstBytes: Uint8Array): string | null {
  const text = new TextDecoder('latin1').decode(firstBytes.subarray(0, 64));
  return signs.find(([start]) => start.test(text))?.[1] ?? null;
}
