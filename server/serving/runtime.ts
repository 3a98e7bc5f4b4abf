import type { Device } from '../../core/define/host.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { Problem, type ProblemData, problemData, toProblemData } from '../../core/problems/problem.ts';
import type { Following, RunInputs, RunResult } from '../../core/run/result.ts';
import { Breaker } from '../../core/serve/breaker.ts';
import type { Observation } from '../../core/serve/drift/reference.ts';
import type { PipelineSignature } from '../../core/serve/signature.ts';
import { startEngine } from '../../host/engine/client.ts';
import type { Engine, PinnedPipeline } from '../../host/engine/messages.ts';
import type { VersionState } from './contract.ts';
import type { WarmInputs } from './warmUp.ts';
import type { Observer } from './watch/drift.ts';

/** What a version must pass before it is sent traffic. Gives what speaks against it; throws Problems too. */
export type ReadyCheck = (runtime: Runtime) => Promise<readonly ProblemData[]>;

export interface RuntimeInit {
  readonly version: string;
  readonly document: PipelineDocument;
  readonly folder: string;
  readonly signature: PipelineSignature;
  readonly device?: Device;
  readonly nodeFolders?: readonly string[];
  /** Only what differs from the defaults. */
  readonly limits: Readonly<Record<string, number>>;
  /** Threads that models run in; one per core unless given. */
  readonly lanes?: number;
  /** Requests that it will be sent at once: it is warmed by as many. */
  readonly atOnce: number;
  readonly warm: WarmInputs;
  /** Before anything is opened: the hashes of a bundle. */
  readonly beforeLoad?: () => Promise<void>;
  /** After the warm-up: golden outputs. */
  readonly readyChecks?: readonly ReadyCheck[];
  /** Looks at some of the runs, for drift. */
  readonly observer?: Observer;
  /** Milliseconds of the clock that never jumps. */
  readonly now?: () => number;
  readonly start?: typeof startEngine;
}

/** One version of a pipeline: its engine process, and whether it may be sent traffic. */
export interface Runtime {
  readonly version: string;
  readonly signature: PipelineSignature;
  readonly engine: Engine;
  state(): VersionState;
  /** Why it is not ready, or what went wrong last. */
  problem(): ProblemData | undefined;
  /** Loads, warms up, verifies; ends as `ready` or `failed`, and never throws. */
  load(): Promise<VersionState>;
  /** Rejects with `not-ready` unless it is ready or drains. `onOver`: as `PinnedPipeline.run` calls it. */
  run(
    inputs: RunInputs,
    outputs: readonly string[] | undefined,
    signal: AbortSignal,
    following?: Following,
    onOver?: () => void,
  ): Promise<RunResult>;
  /** Runs whatever its state: for warm-up, verification and shadow. */
  probe(inputs: RunInputs, signal?: AbortSignal): Promise<RunResult>;
  /** It finishes what it was given, and is given no more by whoever chooses. */
  drain(): void;
  /** Takes it out of service, or puts it back, for a reason found outside: parity, error rate. */
  fail(problem: ProblemData): void;
  onState(listener: (state: VersionState, problem?: ProblemData) => void): void;
  /** Ends its process, whatever it does. */
  close(): Promise<void>;
}

/** Rounds of runs at once after the first one, so that models spread over the lanes before traffic comes. */
const warmRounds = 2;
const mostWarmAtOnce = 16;

export function makeRuntime(init: RuntimeInit): Runtime {
  const { version, signature, now = () => performance.now(), start = startEngine } = init;
  const engine = start({
    nodeFolders: init.nodeFolders,
    limits: init.limits,
    ...(init.lanes === undefined ? {} : { lanes: init.lanes }),
  });
  const pinned: PinnedPipeline = engine.pin({
    document: init.document,
    folder: init.folder,
    device: init.device,
    noSamples: true,
  });
  const breaker = new Breaker();
  const listeners: ((state: VersionState, problem?: ProblemData) => void)[] = [];
  let state: VersionState = 'loading';
  let problem: ProblemData | undefined;
  let retry: NodeJS.Timeout | undefined;

  function become(next: VersionState, why?: ProblemData): void {
    if (state === 'gone' || (state === 'draining' && next !== 'gone')) return;
    state = next;
    problem = why;
    for (const listener of listeners) listener(next, why);
  }

  async function warm(): Promise<void> {
    const probe = (): Promise<unknown> => pinned.run({ inputs: init.warm.inputs });
    await probe();
    const atOnce = Math.min(init.atOnce, mostWarmAtOnce);
    for (let round = 0; round < warmRounds; round++) await Promise.all(Array.from({ length: atOnce }, probe));
  }

  /** What was made up may not suit the pipeline; what its models and files say counts all the same. */
  async function tryWarm(): Promise<void> {
    try {
      await warm();
    } catch (error) {
      const data = toProblemData(error, 'internal');
      if (init.warm.real || !inputFault(data)) throw error;
    }
  }

  engine.onDeath((why) => {
    if (state === 'gone') return;
    const opened = breaker.fault(now());
    if (state !== 'ready' && state !== 'failed') return;
    if (!opened && !breaker.open()) {
      // The next process opens its models now, rather than under the next request.
      tryWarm().catch(() => undefined);
      return;
    }
    become('failed', tripped(signature.title, why));
    clearTimeout(retry);
    retry = setTimeout(tryAgain, breaker.tryInMs(now()) ?? 0);
    retry.unref();
  });

  function tryAgain(): void {
    tryWarm().then(
      () => {
        breaker.close();
        become('ready');
      },
      // A death is heard by itself, and sets the next try; whatever else fails will not mend itself by trying.
      (error: unknown) => become('failed', toProblemData(error, 'internal')),
    );
  }

  const runtime: Runtime = {
    version,
    signature,
    engine,
    state: () => state,
    problem: () => problem,
    load: async () => {
      try {
        await init.beforeLoad?.();
        await tryWarm();
        become('verifying');
        for (const check of init.readyChecks ?? []) {
          const [first, ...rest] = await check(runtime);
          if (first === undefined) continue;
          become(
            'failed',
            rest.length === 0 ? first : { ...first, message: `${first.message} (and ${rest.length} more)` },
          );
          return state;
        }
        become('ready');
      } catch (error) {
        become('failed', toProblemData(error, 'internal'));
      }
      return state;
    },
    run: async (inputs, outputs, signal, following, onOver) => {
      if (state !== 'ready' && state !== 'draining') {
        onOver?.();
        throw notReady(signature.title, version, state, problem);
      }
      const observe = init.observer?.due() ?? false;
      const seen = (observation: Observation): void => init.observer?.seen(version, observation);
      return pinned.run({ inputs, outputs, observe }, signal, seen, following, onOver);
    },
    probe: (inputs, signal) => pinned.run({ inputs }, signal),
    drain: () => become('draining'),
    fail: (why) => become('failed', why),
    onState: (listener) => {
      listeners.push(listener);
    },
    close: async () => {
      become('gone');
      clearTimeout(retry);
      await engine.close();
    },
  };
  return runtime;
}

/** Why a version is not sent traffic, as its callers are told. */
export function notReady(title: string, version: string, state: VersionState, why?: ProblemData): Problem {
  const doing = {
    loading: 'is being loaded',
    verifying: 'is being verified',
    ready: 'is ready',
    failed: 'has failed',
    draining: 'is being ended',
    gone: 'has ended',
  }[state];
  return new Problem('not-ready', {
    message: `"${title}" version ${version} ${doing}${why === undefined ? '' : `: ${why.message}`}`.replace(
      /([^.])$/,
      '$1.',
    ),
    fix: state === 'failed' ? 'See /readyz for what is wrong.' : 'Ask again when the server is ready.',
    retryAfterSeconds: why?.retryAfterSeconds ?? (state === 'failed' ? 30 : 1),
  });
}

function tripped(title: string, why: ProblemData): ProblemData {
  return problemData('engine-died', {
    message: `The engine process of "${title}" ended again and again; the last time: ${why.message}`,
    fix: 'It is tried again every half minute. Look for the input or the model that ends it.',
    retryAfterSeconds: 30,
    cause: why.cause,
  });
}

const inputFaults = new Set(['input-missing', 'input-kind', 'value-shape', 'value-invalid', 'modality-missing']);

function inputFault({ code }: ProblemData): boolean {
  return inputFaults.has(code) || /^(media|text)-/.test(code) || code === 'model-failed' || code === 'node-failed';
}
