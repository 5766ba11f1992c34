// An access token outlives the visit only where the user asks for that. It is kept with the hub it was given for.
const key = 'attnlrp-webgpu.token';

/** '' where none is kept for that hub. */
export function savedToken(endpoint: string, text: string | null = readText()): string {
  try {
    const saved: unknown = JSON.parse(text ?? 'null');
    if (typeof saved !== 'object' || saved === null) return '';
    const { endpoint: hub, token }: { endpoint?: unknown; token?: unknown } = saved;
    return hub === endpoint && typeof token === 'string' ? token : '';
  } catch {
    return '';
  }
}

/** '' forgets it. */
export function saveToken(endpoint: string, token: string): void {
  try {
    if (token === '') localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify({ endpoint, token }));
  } catch {
    // Storage is forbidden: it is typed the next time.
  }
}

function readText(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
