/** For what appears above what was just pressed: it was asked for further down. */
export function intoView(section: HTMLElement | null): void {
  // Newer browsers return a promise, which React would take for something to clean up.
  section?.scrollIntoView({ block: 'nearest' });
}
