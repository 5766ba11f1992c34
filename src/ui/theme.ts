// The chosen theme outlives the visit. Storage may be forbidden; then the system's theme is used each time.
import type { Theme } from '../store/state.ts';

const key = 'attnlrp-webgpu.theme';

export function savedTheme(): Theme {
  try {
    const saved = localStorage.getItem(key);
    return saved === 'light' || saved === 'dark' ? saved : 'system';
  } catch {
    return 'system';
  }
}

export function saveTheme(theme: Theme): void {
  try {
    localStorage.setItem(key, theme);
  } catch {
    // Nothing is lost but the memory of a choice.
  }
}
