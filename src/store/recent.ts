// The answers given last, by question; the oldest makes room.
export interface Recent<Answer> {
  get(key: string): Answer | undefined;
  set(key: string, answer: Answer): void;
}

export function recent<Answer>(size: number): Recent<Answer> {
  const known = new Map<string, Answer>();
  return {
    get: (key) => known.get(key),
    set(key, answer) {
      known.delete(key);
      known.set(key, answer);
      for (const oldest of known.keys()) {
        if (known.size <= size) break;
        known.delete(oldest);
      }
    },
  };
}
