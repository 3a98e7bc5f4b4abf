import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

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
