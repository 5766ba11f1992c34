// True once something has been going on for a while: short jobs show no progress bar that only flashes up.
import { useEffect, useState } from 'react';

export function useDelayed(active: boolean, milliseconds = 300): boolean {
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    if (!active) return;
    const timer = setTimeout(() => setPassed(true), milliseconds);
    return () => {
      clearTimeout(timer);
      setPassed(false);
    };
  }, [active, milliseconds]);
  return active && passed;
}
