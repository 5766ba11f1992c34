// A Session across postMessage: one generic call { id, method, request } ⇄ { id, result | error | progress }.
// Cancelling is { id, cancel: true }, which aborts the job's signal on the other side; what that means is the job's
// own affair (generate resolves with what there is, explain rejects).
import { AppError, type MadeWay, type Remedies } from '../errors.ts';
import type { Job, Session, StoredModels } from './session.ts';

type Everything = Session & StoredModels;

type Method = keyof Everything;
type Request<M extends Method> = Parameters<Everything[M]>[0];
type Progress<M extends Method> = NonNullable<Parameters<Everything[M]>[1]> extends Job<infer P> ? P : never;
type Result<M extends Method> = Awaited<ReturnType<Everything[M]>>;

/** Session as a table of like-shaped functions, so that one generic call reaches them all. */
type Calls = { readonly [M in Method]: (request: Request<M>, job: Job<Progress<M>>) => Promise<Result<M>> };

type Call = { [M in Method]: { readonly id: number; readonly method: M; readonly request: Request<M> } }[Method];
type Cancel = { readonly id: number; readonly cancel: true };
type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly progress: unknown }
  | { readonly id: number; readonly error: Failure };

/** What of an error survives the boundary. */
interface Failure extends MadeWay {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: string | undefined;
  readonly remedies: Remedies | undefined;
}

/** The part of Worker, DedicatedWorkerGlobalScope and MessagePort that is used here. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  start?(): void;
}

function listen<Message>(port: Port, receive: (message: Message) => void): void {
  port.addEventListener('message', (event) => receive((event as MessageEvent<Message>).data));
  port.start?.();
}

function failureOf(thrown: unknown): Failure {
  const { name, message, stack, cause } = thrown instanceof Error ? thrown : new Error(String(thrown));
  const reason = cause instanceof Error ? cause.message : cause;
  const remedies = thrown instanceof AppError ? thrown.remedies : undefined;
  const { madeWay = false } = thrown instanceof Error ? (thrown as MadeWay) : {};
  return { name, message, stack, cause: reason === undefined ? undefined : String(reason), remedies, madeWay };
}

function errorOf({ name, message, stack, cause, remedies, madeWay }: Failure): Error {
  const error: Error & { remedies?: Remedies } = new Error(
    message,
    cause === undefined ? undefined : { cause: new Error(cause) },
  );
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  if (remedies) error.remedies = remedies;
  return madeWay ? Object.assign(error, { madeWay }) : error;
}

/** The worker's side: answers calls with the given session. */
export function serve(session: Everything, port: Port): void {
  const calls: Calls = session;
  const running = new Map<number, AbortController>();

  async function answer<M extends Method>(id: number, method: M, request: Request<M>): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    const onProgress = (progress: Progress<M>): void => port.postMessage({ id, progress } satisfies Answer);
    try {
      const result = await calls[method](request, { signal: controller.signal, onProgress });
      port.postMessage({ id, result } satisfies Answer);
    } catch (thrown) {
      port.postMessage({ id, error: failureOf(thrown) } satisfies Answer);
    } finally {
      running.delete(id);
    }
  }

  listen<Call | Cancel>(port, (message) => {
    if ('cancel' in message) running.get(message.id)?.abort();
    else void answer(message.id, message.method, message.request);
  });
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: (progress: unknown) => void;
}

/** The page's side: a Session whose work is done behind the port. */
export function connect(port: Port): Everything {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let crash: Error | null = null;

  function call<M extends Method>(method: M, request: Request<M>, job: Job<Progress<M>> = {}): Promise<Result<M>> {
    if (crash) return Promise.reject(crash);
    const id = ++lastId;
    const cancel = (): void => port.postMessage({ id, cancel: true } satisfies Cancel);
    const answered = new Promise<Result<M>>((resolve, reject) => {
      pending.set(id, {
        resolve: resolve as Pending['resolve'],
        reject,
        onProgress: (progress) => job.onProgress?.(progress as Progress<M>),
      });
      port.postMessage({ id, method, request });
      if (job.signal?.aborted) cancel();
      else job.signal?.addEventListener('abort', cancel);
    });
    return answered.finally(() => {
      pending.delete(id);
      job.signal?.removeEventListener('abort', cancel);
    });
  }

  listen<Answer>(port, (answer) => {
    const waiting = pending.get(answer.id);
    if ('progress' in answer) waiting?.onProgress(answer.progress);
    else if ('error' in answer) waiting?.reject(errorOf(answer.error));
    else waiting?.resolve(answer.result);
  });

  const fail = (reason: string): void => {
    crash = new Error(`The worker that runs the model stopped (${reason}). Reload the page to start it again.`);
    crash.name = 'WorkerError';
    for (const { reject } of pending.values()) reject(crash);
  };
  port.addEventListener('error', (event) => fail((event as ErrorEvent).message || 'its script did not start'));
  port.addEventListener('messageerror', () => fail('a message could not be read'));

  return {
    load: (location, job) => call('load', location, job),
    tokenize: (request) => call('tokenize', request),
    tokenizeChat: (request) => call('tokenizeChat', request),
    generate: (request, job) => call('generate', request, job),
    explain: (request, job) => call('explain', request, job),
    explainEach: (request, job) => call('explainEach', request, job),
    explainImage: (request, job) => call('explainImage', request, job),
    storedModels: () => call('storedModels', undefined),
    removeModel: (request) => call('removeModel', request),
    planDownload: (request, job) => call('planDownload', request, job),
    close: (request) => call('close', request),
    planModel: (request, job) => call('planModel', request, job),
    keepOnly: (request) => call('keepOnly', request),
    dispose: () => call('dispose', undefined),
  };
}
