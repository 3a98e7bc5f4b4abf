import type { Device } from '../../core/define/host.ts';
import { type Limits, makeLimits } from '../../core/define/limits.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { Problem, type ProblemData } from '../../core/problems/problem.ts';
import type { BenchTarget } from '../../core/profile/bench.ts';
import { ResultCache } from '../../core/run/cache.ts';
import type { RunResult } from '../../core/run/result.ts';
import { runPlan } from '../../core/run/run.ts';
import { shortAnswer } from '../../core/studio/shortAnswer.ts';
import { lookAtMedia } from '../preview/media.ts';
import { makePreview } from '../preview/preview.ts';
import { makeGate } from '../process/gate.ts';
import type { Bed, Prepared } from '../profile/bed.ts';
import { type BenchHere, benchIn, type JobListeners } from '../profile/bench.ts';
import { type ShrinkAnswer, type ShrinkRequest, shrinkPipeline } from '../shrink/pipeline.ts';
import { type FolderHost, Folders } from './folders.ts';
import { keptPort } from './keptPort.ts';
import { KeptRuns } from './keptRuns.ts';
import type {
  EngineOptions,
  EngineResult,
  MediaAnswer,
  MediaRequest,
  PreviewAnswer,
  PreviewRequest,
  RunListeners,
  RunRequest,
} from './messages.ts';
import { Pins } from './pins.ts';
import { planFor } from './planFor.ts';
import { PortFeatures } from './portFeatures.ts';
import { PortPrints } from './portPrints.ts';

const nothingThere: PreviewAnswer = { preview: null, blobs: {} };
/** Longest that one preview may take. */
const lookMs = 60_000;
/** Previews made at once, so that those of a large canvas leave room for a run. */
const looksAtOnce = 4;

/** Runs pipelines in this process: checks, plans, and keeps hosts, sessions and results between runs. */
export class EngineCore {
  readonly #options: EngineOptions;
  readonly #folders: Folders;
  readonly #cache: ResultCache;
  readonly #kept: KeptRuns;
  readonly #looks = makeGate(looksAtOnce);
  readonly #bed: Bed;
  #runsBegun = 0;
  /** Pipelines that many runs ask for. */
  readonly pins: Pins;
  /** Measures in this process, one job at a time. */
  readonly bench: BenchHere;

  constructor(options: EngineOptions, onHang: (problem: ProblemData) => void) {
    this.#options = options;
    this.#folders = new Folders(options, onHang);
    const limits = makeLimits(options.limits);
    this.#cache = new ResultCache(limits.cacheBytes);
    this.#kept = new KeptRuns(limits.previewBytes);
    this.#bed = {
      prepare: async (target, document, device) => {
        const folder = await this.#folders.folder(target.folder, this.#limits(target));
        return this.#prepare(folder, document, device ?? target.device);
      },
      prepareAlone: async (target, document, device) => {
        const folder = await this.#folders.openAlone(target.folder, this.#limits(target));
        const close = (): Promise<void> => this.#folders.letGo(folder);
        try {
          return { ...(await this.#prepare(folder, document, device ?? target.device)), close };
        } catch (error) {
          await close();
          throw error;
        }
      },
      runsBegun: () => this.#runsBegun,
    };
    this.bench = benchIn(this.#bed);
    this.pins = new Pins(this.#folders, limits, () => {
      this.#runsBegun++;
    });
  }

  /** Shrinks models of a pipeline; see `shrinkPipeline`. */
  shrink(
    target: BenchTarget,
    document: PipelineDocument,
    request: ShrinkRequest,
    listeners: JobListeners,
  ): Promise<ShrinkAnswer> {
    return shrinkPipeline(this.#bed, this.bench, target, document, request, listeners);
  }

  /** Throws Problems only. `onFailure` hears before that how far the run had come, if it had begun. */
  async run(
    request: RunRequest,
    { signal, onEvent, onFailure }: Required<Omit<RunListeners, 'onItem'>>,
  ): Promise<EngineResult> {
    this.#runsBegun++;
    const limits = makeLimits({ ...this.#options.limits, ...request.limits });
    const folder = await this.#folders.folder(request.folder, limits);
    const checked = await this.#folders.check(request.document, folder);
    const plan = planFor(checked, request);
    const kept = request.keep === undefined ? undefined : this.#kept.start(request.keep, plan, folder.node);
    const prints = request.prints ? new PortPrints(signal) : undefined;
    const features = request.observe ? new PortFeatures(checked) : undefined;
    const deadline = limits.runMs > 0 ? AbortSignal.timeout(limits.runMs) : null;
    const result = await runPlan(plan, this.#folders.runHost(folder.node, request.device), {
      inputs: request.inputs,
      signal: deadline === null ? signal : AbortSignal.any([signal, deadline]),
      noSamples: request.noSamples,
      cache: request.cache ? this.#cache : undefined,
      onEvent,
      keeper: kept ?? prints ?? features,
      onFailure: (soFar) => onFailure(kept === undefined ? soFar : { ...soFar, ports: kept.ports() }),
    }).catch((error: unknown) => {
      if (deadline?.aborted && !signal.aborted) throw passed(limits.runMs);
      throw error;
    });
    const warnings = checked.problems.filter((problem) => problem.severity === 'warning');
    return {
      ...result,
      ...(request.brief ? inBrief(result) : {}),
      warnings: [...warnings, ...result.warnings],
      ...(kept === undefined ? {} : { ports: kept.ports() }),
      ...(prints === undefined ? {} : { prints: await prints.ports() }),
      ...(features === undefined ? {} : { observation: await features.observation() }),
    };
  }

  /** What is kept of a run, at the size shown. Answers beside runs that go on, a few at a time. */
  preview(request: PreviewRequest): Promise<PreviewAnswer> {
    return this.#looks(async () => {
      const run = this.#kept.get(request.run);
      if (run === undefined) return nothingThere;
      const signal = AbortSignal.any([run.retiring(), AbortSignal.timeout(lookMs)]);
      const port = keptPort(run, request.end, signal);
      return port === null ? nothingThere : makePreview(port, request, run.host, signal);
    });
  }

  media(request: MediaRequest): Promise<MediaAnswer> {
    return this.#looks(async () => {
      const { node } = await this.#folders.folder(request.folder, makeLimits(this.#options.limits));
      return lookAtMedia(request, node);
    });
  }

  /** Lets go of what a run kept. */
  release(run: string): void {
    this.#kept.release(run);
  }

  /** Whether a lane still works on a model. */
  async hasBusyLane(): Promise<boolean> {
    const models = await this.#folders.models();
    return models.some((host) => host.stats().lanes.some((lane) => lane.load > 0));
  }

  async close(): Promise<void> {
    for (const models of await this.#folders.models()) await models.close();
  }

  #limits(target: BenchTarget): Limits {
    return makeLimits({ ...this.#options.limits, ...target.limits });
  }

  async #prepare(folder: FolderHost, document: PipelineDocument, device: Device | undefined): Promise<Prepared> {
    const checked = await this.#folders.check(document, folder);
    // A pipeline that publishes nothing yet can be measured too: all that can run then does.
    const plan = planFor(checked, checked.publicOutputs.size > 0 ? {} : { targets: [] });
    return { plan, host: this.#folders.runHost(folder.node, device), models: folder.models, device };
  }
}

/** What crosses to a caller who only shows it: words in place of values. */
function inBrief({ outputs }: RunResult): Pick<RunResult, 'outputs' | 'answers'> {
  const brief = Object.entries(outputs).map(([name, output]) => [
    name,
    output.status === 'missing' ? output : { ...output, items: [] },
  ]);
  const answers = Object.entries(outputs).map(([name, output]) => [name, shortAnswer(output)]);
  return { outputs: Object.fromEntries(brief), answers: Object.fromEntries(answers) };
}

function passed(ms: number): Problem {
  return new Problem('deadline', {
    message: `The run took longer than its deadline of ${ms} ms.`,
    fix: 'Give it more time (limit runMs), or profile the pipeline to see what takes so long.',
  });
}
