import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from 'vitest';
import type { ModelOptions } from '../../../core/define/host.ts';
import { makeLimits } from '../../../core/define/limits.ts';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { Problem, type ProblemData } from '../../../core/problems/problem.ts';
import { type ClosableModelHost, type ModelHostDeps, makeModelHost } from '../../../host/models/models.ts';
import { buildModel, value } from '../../onnx-builder.ts';

export const cpu: ModelOptions = { device: 'cpu', threads: 1, lane: -1, precision: 'full', optimisation: 'all' };
export const never = new AbortController().signal;
export const nothing: ReadonlySet<string> = new Set();

export interface Workbench {
  readonly folder: string;
  readonly host: ClosableModelHost;
  write(name: string, bytes: Uint8Array): string;
}

/** A host over a new folder; both are gone after the file's tests. */
export function workbench(deps: Partial<ModelHostDeps> = {}, limits: Readonly<Record<string, number>> = {}): Workbench {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tributary-models-')));
  const host = makeModelHost({
    limits: makeLimits(limits),
    cores: 2,
    resolvePath: (name) => path.join(folder, name),
    ...deps,
  });
  afterAll(async () => {
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    host,
    write(name, bytes) {
      const file = path.join(folder, name);
      writeFileSync(file, bytes);
      return file;
    },
  };
}

export function float32(shape: readonly number[], data: readonly number[] | Float32Array): TensorValue {
  return { kind: 'tensor', dtype: 'float32', shape, data: Float32Array.from(data) };
}

/** y = x + 1 over [n]. */
export function addOne(): Uint8Array {
  return buildModel({
    inputs: [value('x', 'float32', ['n'])],
    outputs: [value('y', 'float32', ['n'])],
    nodes: [{ op: 'Add', inputs: ['x', 'one'], outputs: ['y'] }],
    initializers: [{ name: 'one', dtype: 'float32', shape: [], data: Float32Array.of(1) }],
  });
}

/** Counts to `trips` in a Loop; with a very large number it never ends. */
export function loopModel(): Uint8Array {
  return buildModel({
    inputs: [value('x', 'float32', [1]), value('trips', 'int64', [])],
    outputs: [value('y', 'float32', [1])],
    nodes: [
      {
        op: 'Loop',
        inputs: ['trips', '', 'x'],
        outputs: ['y'],
        attributes: {
          body: {
            graph: {
              inputs: [value('i', 'int64', []), value('go', 'bool', []), value('a', 'float32', [1])],
              outputs: [value('go_out', 'bool', []), value('b', 'float32', [1])],
              nodes: [
                { op: 'Identity', inputs: ['go'], outputs: ['go_out'] },
                { op: 'Add', inputs: ['a', 'step'], outputs: ['b'] },
              ],
            },
          },
        },
      },
    ],
    initializers: [{ name: 'step', dtype: 'float32', shape: [1], data: Float32Array.of(1) }],
  });
}

/** The problem that a promise rejects with; fails the test for anything else. */
export async function problemOf(promise: Promise<unknown>): Promise<ProblemData> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Problem) return error.data;
    throw error;
  }
  return expect.fail('expected a problem, got a result');
}

/** How a lane or a thread is asked to open a model for the CPU, but for its file. */
export const cpuRequest = {
  adapt: false,
  provider: 'cpu',
  threads: 1,
  precision: 'full',
  optimisation: 'all',
} as const;
