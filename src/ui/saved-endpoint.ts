// The hub that was chosen outlives the visit. Storage may be forbidden; then it is chosen each time.
const key = 'attnlrp-webgpu.hub';

export function savedEndpoint(): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

export function saveEndpoint(endpoint: string): void {
  try {
    localStorage.setItem(key, endpoint);
  } catch {
    // Nothing is lost but the memory of a choice.
  }
}
