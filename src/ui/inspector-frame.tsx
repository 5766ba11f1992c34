// What both inspectors are made of: the question, how it is asked and how far its answer is; and the answer in views.
import { Tabs } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import type { Status } from '../store/state.ts';
import { JobProgress } from './job-progress.tsx';

interface Question {
  readonly index?: number;
  readonly target: number | null;
  readonly contrast: number | null;
}

export function InspectorFrame(props: {
  readonly question: Question | null;
  readonly status: Status;
  /** 0 to 1. */
  readonly progress: number;
  /** The question as a sentence. */
  readonly subject: ReactNode;
  readonly choices: ReactNode;
  /** The answer; null where there is none. While another is computed, the one before. */
  readonly children: ReactNode;
  onCancel(): void;
}) {
  const { question, status, progress } = props;
  return (
    <aside
      className="inspector"
      aria-label="Explanation"
      data-testid="explanation"
      data-status={status}
      data-index={question?.index}
      data-target={question?.target}
      data-contrast={question?.contrast}
    >
      <section className="inspector-part">
        <div className="question">
          {props.subject}
          <JobProgress
            active={status === 'loading'}
            label={`${Math.round(progress * 100)} %`}
            value={progress}
            onCancel={props.onCancel}
          />
        </div>
        <div className="choices">{props.choices}</div>
      </section>
      {props.children !== null && (
        <div className={status === 'loading' ? 'answer-parts pending' : 'answer-parts'}>{props.children}</div>
      )}
    </aside>
  );
}

export interface View {
  readonly name: string;
  readonly label: string;
  readonly content: ReactNode;
}

/** `shown`: a view's name. Whoever keeps it opens the next explanation in the same view. */
export function Views(props: { readonly views: readonly View[]; readonly shown: string; onShow(name: string): void }) {
  return (
    <Tabs.Root className="inspector-part" value={props.shown} onValueChange={props.onShow}>
      <Tabs.List className="tabs" aria-label="Views of the explanation">
        {props.views.map(({ name, label }) => (
          <Tabs.Tab key={name} className="tab" value={name}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {props.views.map(({ name, content }) => (
        <Tabs.Panel key={name} className="tab-panel" value={name}>
          {content}
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  );
}
