import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import type { Limits } from '../../core/define/limits.ts';
import { Problem, problemFrom } from '../../core/problems/problem.ts';
import { makeGate } from '../process/gate.ts';
import type { SessionRequest } from './messages.ts';
import { type ProbeOutcome, probe } from './prober.ts';

/** Lets a model into this process only after it opened in one that may die. */
export interface Approval {
  /** Resolves when the model may be opened here. Throws `model-crashed`, `model-invalid` or `model-unsupported`. */
  approve(key: string, request: SessionRequest): Promise<void>;
  /** First openings done in child processes so far. */
  count(): number;
}

const keptKeys = 1000;

/**
 * `cacheFile` remembers models that opened well, by content and runtime version, so that each is tried once per
 * machine; null keeps that in memory only. A cache that cannot be read or written is as good as none.
 */
export function makeApproval(limits: Limits, cacheFile: string | null, atOnce: number): Approval {
  const approved = new Map<string, Promise<void>>();
  let remembered: Promise<Set<string>> | null = null;
  let writing = Promise.resolve();
  let probes = 0;
  const gate = makeGate(atOnce);

  async function judge(key: string, request: SessionRequest): Promise<void> {
    remembered ??= readCache(cacheFile);
    const known = await remembered;
    if (known.has(key)) return;
    // Memory limits and GPUs do not go together (drivers reserve terabytes of addresses), so the trial is on the CPU.
    const outcome = await gate(() => {
      probes++;
      return probe(
        { ask: 'open', request: { ...request, provider: 'cpu', threads: 1 } },
        { memoryBytes: limits.modelLoadBytes, timeMs: limits.modelLoadMs },
      );
    });
    throwUnlessOpened(outcome, request.name, limits);
    known.add(key);
    if (cacheFile !== null) writing = writing.then(() => writeCache(cacheFile, known));
    await writing;
  }

  return {
    approve(contentKey, request) {
      const key = `${contentKey}:${request.optimisation}:${ort.env.versions.common}:${process.platform}-${process.arch}`;
      const before = approved.get(key);
      if (before !== undefined) return before;
      const judged = judge(key, request);
      approved.set(key, judged);
      judged.catch(() => approved.delete(key));
      return judged;
    },
    count: () => probes,
  };
}

function throwUnlessOpened(outcome: ProbeOutcome, name: string, limits: Limits): void {
  if (outcome.end === 'answered') {
    if (outcome.answer.ok) return;
    const { problem } = outcome.answer;
    if (problem.code !== 'model-failed') throw problemFrom(problem);
    throw new Problem('model-crashed', {
      message: `"${name}" needs more memory to open than it may have (${mebibytes(limits.modelLoadBytes)} MiB of addresses).`,
      fix: 'If you trust the model and the machine has the memory, raise the limit modelLoadBytes.',
      where: { file: name },
      cause: problem.cause ?? problem.message,
    });
  }
  if (outcome.end === 'late') {
    throw new Problem('model-crashed', {
      message: `"${name}" did not open within ${limits.modelLoadMs} ms, and the process that tried was ended.`,
      fix: 'If the model is only large, raise the limit modelLoadMs; else it makes the runtime hang.',
      where: { file: name },
    });
  }
  throw new Problem('model-crashed', {
    message: `"${name}" ended the process in which it was first opened (${outcome.how}).`,
    fix: `The file is damaged or hostile, or needs more than the limit modelLoadBytes (${mebibytes(limits.modelLoadBytes)} MiB); it was not opened in the engine.`,
    where: { file: name },
    ...(outcome.stderr === '' ? {} : { cause: outcome.stderr.trim() }),
  });
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

async function readCache(file: string | null): Promise<Set<string>> {
  if (file === null) return new Set();
  try {
    const keys: unknown = JSON.parse(await readFile(file, 'utf8'));
    return new Set(Array.isArray(keys) ? keys.filter((k) => typeof k === 'string') : []);
  } catch {
    return new Set();
  }
}

async function writeCache(file: string, known: ReadonlySet<string>): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const beside = `${file}.${process.pid}`;
    await writeFile(beside, JSON.stringify([...known].slice(-keptKeys), null, 1));
    await rename(beside, file);
  } catch {
    // The next process tries the model again, which costs time and nothing else.
  }
}
