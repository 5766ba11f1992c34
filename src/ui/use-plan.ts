// What a model would take in each format, asked anew when the model or the memory changes.
import { useEffect, useMemo, useState } from 'react';
import type { ModelLocation, ModelPlan } from '../session/session.ts';
import { useActions, useApp } from './use-store.ts';

export interface Planned {
  /** null while it is being read. */
  readonly plan: ModelPlan | null;
  /** Why it cannot be told. */
  readonly problem: string | null;
}

const nothingYet: Planned = { plan: null, problem: null };

/** null asks for nothing. */
export function usePlan(location: ModelLocation | null): Planned {
  const { planModel } = useActions();
  const memoryBytes = useApp(({ settings }) => settings.memoryBytes);
  const cache = useApp(({ settings }) => settings.cache);
  // What else is open leaves less room.
  const others = useApp(({ model, imageModel }) => `${model.status} ${imageModel.status}`);
  const asked = useMemo(() => ({ location, memoryBytes, cache, others }), [location, memoryBytes, cache, others]);
  const [answer, setAnswer] = useState<{ readonly asked: object; readonly planned: Planned } | null>(null);
  useEffect(() => {
    if (!asked.location) return;
    const stop = new AbortController();
    const tell = (planned: Planned): void => {
      if (!stop.signal.aborted) setAnswer({ asked, planned });
    };
    planModel(asked.location, stop.signal).then(
      (plan) => tell({ plan, problem: null }),
      (thrown: unknown) => tell({ plan: null, problem: thrown instanceof Error ? thrown.message : String(thrown) }),
    );
    return () => stop.abort();
  }, [planModel, asked]);
  return answer?.asked === asked ? answer.planned : nothingYet;
}
