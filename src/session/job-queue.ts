// Jobs share buffers and the recorded state of one device, so they run one after the other.

export interface AfterEach {
  succeeded(): void;
  /** Before the next job begins. */
  failed(error: unknown): Promise<void>;
}

/** Runs jobs in the order in which they are given; one that fails does not keep the next from running. */
export function jobQueue({ succeeded, failed }: AfterEach): <Result>(job: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (job) => {
    const run = last.then(job, job).then(
      (result) => {
        succeeded();
        return result;
      },
      async (error: unknown) => {
        await failed(error);
        throw error;
      },
    );
    last = run.catch(() => undefined);
    return run;
  };
}
