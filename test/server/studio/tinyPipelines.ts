import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { writeDocument } from '../../../core/graph/write.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import type { StudioEvent } from '../../../core/studio/api.ts';
import { pipeline } from '../../core/pipelines.ts';
import { addOne, loopModel } from '../../host/models/fixture.ts';
import { npy } from '../../npy-builder.ts';
import { matmulModel } from '../../onnx-builder.ts';
import { tempFolder } from '../../temp-folder.ts';
import type { Window } from './studio.ts';

/** Few runs, for what is asked here is not how fast it is. */
export const short = { minRuns: 5, maxRuns: 12, budgetMs: 3000, intervalPercent: 2, operators: false } as const;

function write(folder: string, name: string, document: PipelineDocument): string {
  const file = path.join(folder, `${name}.tributary.json`);
  writeFileSync(file, writeDocument(document));
  return file;
}

/** x + 1, with a model; returns the document's file. */
export function writeTiny(folder = tempFolder()): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'add.onnx'), addOne());
  writeFileSync(path.join(folder, 'x.npy'), npy('<f4', '(2,)', new Uint8Array(Float32Array.of(1, 2).buffer)));
  return write(
    folder,
    'tiny',
    pipeline(
      {
        x: ['input.tensor', { file: 'x.npy' }],
        model: ['model.onnx', { model: 'add.onnx', threads: 1 }],
        out: 'output.tensor',
      },
      ['x.tensor > model.x', 'model.y > out.value'],
    ),
  );
}

/** A model of matrix products, which can be made int8. */
export function writeProducts(folder = tempFolder()): string {
  mkdirSync(path.join(folder, 'models'), { recursive: true });
  writeFileSync(path.join(folder, 'models/net.onnx'), matmulModel(64, 2));
  const values = Float32Array.from({ length: 128 }, (_, i) => Math.sin(i));
  writeFileSync(path.join(folder, 'x.npy'), npy('<f4', '(2, 64)', new Uint8Array(values.buffer)));
  const document = pipeline(
    {
      x: ['input.tensor', { file: 'x.npy' }],
      model: ['model.onnx', { model: 'models/net.onnx', threads: 1 }],
      out: 'output.tensor',
    },
    ['x.tensor > model.x', 'model.y > out.value'],
  );
  return write(folder, 'products', document);
}

/** A model that never ends by itself. */
export function writeEndless(folder = tempFolder()): string {
  writeFileSync(path.join(folder, 'loop.onnx'), loopModel());
  writeFileSync(path.join(folder, 'x.npy'), npy('<f4', '(1,)', new Uint8Array(Float32Array.of(0).buffer)));
  writeFileSync(path.join(folder, 'trips.npy'), npy('<i8', '()', new Uint8Array(BigInt64Array.of(2n ** 62n).buffer)));
  return write(
    folder,
    'endless',
    pipeline(
      {
        x: ['input.tensor', { file: 'x.npy' }],
        trips: ['input.tensor', { file: 'trips.npy' }],
        model: ['model.onnx', { model: 'loop.onnx', threads: 1 }],
        out: 'output.tensor',
      },
      ['x.tensor > model.x', 'trips.tensor > model.trips', 'model.y > out.value'],
    ),
  );
}

export type JobEnd = Extract<StudioEvent, { event: 'jobEnded' }>;

export function jobEnd(window: Window, job: string): Promise<JobEnd> {
  return window.hear('jobEnded', (event) => event.job === job);
}

/** Measures and reads what was kept. */
export async function profiled(window: Window, session: string, document: PipelineDocument): Promise<Profile> {
  const { job } = await window.call('startProfile', { session, document, settings: short });
  const { problem, profile } = await jobEnd(window, job);
  if (profile === null) throw new Error(`nothing was measured: ${problem?.message}`);
  return window.call('profile', { session, profile });
}
