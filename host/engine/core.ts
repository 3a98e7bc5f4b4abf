import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkDocument } from '../../core/check/check.ts';
import type { Checked } from '../../core/check/checked.ts';
import { filesOf } from '../../core/check/files.ts';
import { problemsOf, runnableTargets } from '../../core/check/runnable.ts';
import type { ModelHost, NodeHost } from '../../core/define/host.ts';
import { type Limits, makeLimits } from '../../core/define/limits.ts';
import { makeRegistry, type Registry } from '../../core/define/registry.ts';
import type { MediaSource, Value } from '../../core/kinds/value.ts';
import { type Plan, planRun } from '../../core/plan/plan.ts';
import { Problem, type ProblemData, problemFrom } from '../../core/problems/problem.ts';
import { ResultCache } from '../../core/run/cache.ts';
import type { RunHost } from '../../core/run/host.ts';
import type { RunResult } from '../../core/run/result.ts';
import { runPlan } from '../../core/run/run.ts';
import { shortAnswer } from '../../core/studio/shortAnswer.ts';
import { builtinNodes } from '../../nodes/registry.ts';
import { makeAudioHost } from '../audio/host.ts';
import { readFacts } from '../files/facts.ts';
import { makeFileHost } from '../files/host.ts';
import { openWorkspace, type Workspace } from '../files/workspace.ts';
import { makeImageHost } from '../image/host.ts';
import { type ClosableModelHost, makeModelHost } from '../models/models.ts';
import { loadNodeFolder } from '../nodes/load.ts';
import { lookAtMedia } from '../preview/media.ts';
import { makePreview } from '../preview/preview.ts';
import { makeGate } from '../process/gate.ts';
import { makeVideoHost } from '../video/host.ts';
import { keptPort } from './keptPort.ts';
import { KeptRuns } from './keptRuns.ts';
import type {
  EngineOptions,
  MediaAnswer,
  MediaRequest,
  PreviewAnswer,
  PreviewRequest,
  RunListeners,
  RunRequest,
} from './messages.ts';

interface FolderHost {
  readonly workspace: Workspace;
  readonly node: NodeHost;
  readonly models: ClosableModelHost;
}

const nothingThere: PreviewAnswer = { preview: null, blobs: {} };
/** Longest that one preview may take. */
const lookMs = 60_000;
/** Previews made at once, so that those of a large canvas leave room for a run. */
const looksAtOnce = 4;

/** Runs pipelines in this process: checks, plans, and keeps hosts, sessions and results between runs. */
export class EngineCore {
  readonly #options: EngineOptions;
  readonly #onHang: (problem: ProblemData) => void;
  readonly #folders = new Map<string, Promise<FolderHost>>();
  readonly #cache: ResultCache;
  readonly #kept: KeptRuns;
  readonly #looks = makeGate(looksAtOnce);
  readonly #hashes = new Map<string, string>();
  #registry: Promise<Registry> | null = null;

  constructor(options: EngineOptions, onHang: (problem: ProblemData) => void) {
    this.#options = options;
    this.#onHang = onHang;
    const limits = makeLimits(options.limits);
    this.#cache = new ResultCache(limits.cacheBytes);
    this.#kept = new KeptRuns(limits.previewBytes);
  }

  /** Throws Problems only. `onFailure` hears before that how far the run had come, if it had begun. */
  async run(request: RunRequest, { signal, onEvent, onFailure }: Required<RunListeners>): Promise<RunResult> {
    this.#registry ??= loadRegistry(this.#options.nodeFolders ?? []);
    const registry = await this.#registry;
    const limits = makeLimits({ ...this.#options.limits, ...request.limits });
    const { workspace, node } = await this.#folder(request.folder, limits);
    const facts = await readFacts(workspace, filesOf(request.document, registry));
    const checked = checkDocument(request.document, registry, (file) => facts.get(file));
    const plan = planFor(checked, request);
    const kept = request.keep === undefined ? undefined : this.#kept.start(request.keep, plan, node);
    const deadline = limits.runMs > 0 ? AbortSignal.timeout(limits.runMs) : null;
    const result = await runPlan(plan, this.#runHost(node, request), {
      inputs: request.inputs,
      signal: deadline === null ? signal : AbortSignal.any([signal, deadline]),
      noSamples: request.noSamples,
      cache: request.cache ? this.#cache : undefined,
      onEvent,
      keeper: kept,
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
      const { node } = await this.#folder(request.folder, makeLimits(this.#options.limits));
      return lookAtMedia(request, node);
    });
  }

  /** Lets go of what a run kept. */
  release(run: string): void {
    this.#kept.release(run);
  }

  /** Whether a lane still works on a model. */
  async hasBusyLane(): Promise<boolean> {
    for (const folder of this.#folders.values()) {
      if ((await folder).models.stats().lanes.some((lane) => lane.load > 0)) return true;
    }
    return false;
  }

  async close(): Promise<void> {
    for (const folder of this.#folders.values()) await (await folder).models.close();
  }

  #folder(folder: string, limits: Limits): Promise<FolderHost> {
    const key = JSON.stringify([folder, limits]);
    let host = this.#folders.get(key);
    if (host === undefined) {
      host = this.#openFolder(folder, limits);
      host.catch(() => this.#folders.delete(key));
      this.#folders.set(key, host);
    }
    return host;
  }

  async #openFolder(folder: string, limits: Limits): Promise<FolderHost> {
    const workspace = await openWorkspace(folder);
    const files = makeFileHost({ workspace, limits });
    const { sourceBytes } = files;
    const resolveSource = workspace.resolveSource;
    const models = makeModelHost({
      limits,
      resolvePath: workspace.resolvePath,
      cores: this.#options.lanes ?? os.availableParallelism(),
      probeCacheFile: probeCacheFile(),
      onHang: this.#onHang,
    });
    const node: NodeHost = {
      image: makeImageHost({ limits, sourceBytes, resolveSource }),
      audio: makeAudioHost({ limits, resolveSource }),
      video: makeVideoHost({ limits, resolveSource }),
      files,
      models,
      limits,
      now: () => performance.now(),
      sleep: (ms, signal) => sleep(ms, undefined, { signal }),
    };
    return { workspace, node, models };
  }

  #runHost(node: NodeHost, request: RunRequest): RunHost {
    const { device } = request;
    const models: ModelHost = {
      open: (file, options, signal) =>
        node.models.open(file, device && options.device === 'auto' ? { ...options, device } : options, signal),
    };
    return {
      node: device ? { ...node, models } : node,
      parallelism: os.availableParallelism(),
      cacheSalt: device ?? 'auto',
      digest: (parts) => {
        const hash = createHash('sha256');
        for (const part of parts) hash.update(`${part.length}:`).update(part);
        return hash.digest('base64url');
      },
      contentKey: (given, signal) => this.#contentKey(given, signal),
      sample: (file) => ({ kind: 'media', path: file, name: file }),
    };
  }

  async #contentKey(given: MediaSource | Value, signal: AbortSignal): Promise<string | null> {
    if (given.kind !== 'media') return createHash('sha256').update(stableText(given)).digest('base64url');
    if (given.bytes !== undefined) return createHash('sha256').update(given.bytes).digest('base64url');
    if (given.path === undefined) return null;
    const file = await stat(given.path).catch(() => null);
    if (file === null || !file.isFile()) return null;
    const memo = `${given.path}\0${file.size}\0${file.mtimeMs}`;
    let known = this.#hashes.get(memo);
    if (known === undefined) {
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(given.path, { signal })) hash.update(chunk as Uint8Array);
      known = hash.digest('base64url');
      this.#hashes.set(memo, known);
    }
    return known;
  }
}

/** Throws the first problem that stands in the way of what is to run. */
function planFor(checked: Checked, { outputs, targets }: RunRequest): Plan {
  const errors = checked.problems.filter((problem) => problem.severity === 'error');
  if (targets === undefined) {
    if (errors.length > 0) throw problemFrom(errors[0]);
    return planRun(checked, { outputs });
  }
  const absent = targets.find((id) => !checked.nodes.has(id) && !errors.some((error) => error.where.node === id));
  if (absent !== undefined) {
    throw new Problem('usage', {
      message: `"${absent}" cannot be run to: it is disabled, or not in the pipeline.`,
      fix: 'Enable it, or run to another node.',
      where: { node: absent },
    });
  }
  const nodes = targets.length > 0 ? targets : runnableTargets(checked);
  const [wrong] = nodes.length > 0 ? problemsOf(checked, nodes) : errors;
  if (wrong !== undefined) throw problemFrom(wrong);
  if (nodes.length === 0) throw nothingToRun(checked.document.name);
  return planRun(checked, { targets: nodes });
}

function nothingToRun(name: string): Problem {
  return new Problem('no-output', {
    message: `"${name}" has no node that could run.`,
    fix: 'Add a node, or enable one.',
  });
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

/** Built-in nodes and those of the user's folders. */
export async function loadRegistry(folders: readonly string[]): Promise<Registry> {
  const own = await Promise.all(folders.map((folder) => loadNodeFolder(folder)));
  return makeRegistry([...builtinNodes, ...own.flat()]);
}

/** Where it is remembered which models have opened before without harm. */
function probeCacheFile(): string {
  const base =
    process.env['TRIBUTARY_CACHE'] ??
    path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'tributary');
  return path.join(base, 'opened-models.json');
}

function passed(ms: number): Problem {
  return new Problem('deadline', {
    message: `The run took longer than its deadline of ${ms} ms.`,
    fix: 'Give it more time (limit runMs), or profile the pipeline to see what takes so long.',
  });
}

/** Text of a value for hashing: typed arrays by their bytes, the rest as JSON. */
function stableText(value: Value): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    if (!ArrayBuffer.isView(part)) return part;
    return Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64');
  });
}
