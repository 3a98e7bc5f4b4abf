import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loopModel } from '../host/models/fixture.ts';
import { npy } from '../npy-builder.ts';

export interface PipelineFile {
  readonly folder: string;
  readonly path: string;
  remove(): void;
}

/** A pipeline in a folder of its own, from its nodes and wires. */
export function pipelineFile(name: string, parts: object): PipelineFile {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tributary-e2e-'));
  const file = path.join(folder, `${name}.tributary.json`);
  writeFileSync(
    file,
    JSON.stringify({ schemaVersion: 1, name, inputs: {}, outputs: {}, nodes: [], wires: [], ...parts }, null, 2),
  );
  return { folder, path: file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A pipeline whose model never comes back, until `finish` gives it three rounds to go. */
export function endlessPipeline(): PipelineFile & { finish(): void } {
  const file = pipelineFile('endless', {
    nodes: [
      { id: 'x', type: 'input.tensor@1', params: { file: 'x.npy' }, position: { x: 0, y: 0 } },
      { id: 'trips', type: 'input.tensor@1', params: { file: 'trips.npy' }, position: { x: 0, y: 280 } },
      { id: 'model', type: 'model.onnx@1', params: { model: 'loop.onnx', threads: 1 }, position: { x: 280, y: 0 } },
      { id: 'out', type: 'output.tensor@1', position: { x: 560, y: 0 } },
    ],
    wires: [
      { from: 'x.tensor', to: 'model.x' },
      { from: 'trips.tensor', to: 'model.trips' },
      { from: 'model.y', to: 'out.value' },
    ],
  });
  const trips = (count: bigint): void =>
    writeFileSync(
      path.join(file.folder, 'trips.npy'),
      npy('<i8', '()', new Uint8Array(BigInt64Array.of(count).buffer)),
    );
  writeFileSync(path.join(file.folder, 'loop.onnx'), loopModel());
  writeFileSync(path.join(file.folder, 'x.npy'), npy('<f4', '(1,)', new Uint8Array(Float32Array.of(0).buffer)));
  trips(2n ** 62n);
  return { ...file, finish: () => trips(3n) };
}
