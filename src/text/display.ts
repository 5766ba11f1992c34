// How a single token is shown: as text, with the bytes that are no whole character named.

export function displayBytes(bytes: Uint8Array): string {
  let shown = '';
  for (let at = 0; at < bytes.length;) {
    const length = lengthOfCharacter(bytes, at);
    if (length === 0) shown += `⟨0x${bytes[at]!.toString(16).toUpperCase().padStart(2, '0')}⟩`;
    else shown += new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(at, at + length));
    at += Math.max(1, length);
  }
  return shown;
}

/** Bytes of the valid UTF-8 character that begins there; 0 where none does. */
function lengthOfCharacter(bytes: Uint8Array, at: number): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    try {
      decoder.decode(bytes.subarray(at, at + length));
      return length;
    } catch {
      // Not whole yet, or never.
    }
  }
  return 0;
}
