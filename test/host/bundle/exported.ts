import { mkdtempSync, realpathSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openPipeline } from '../../../cli/pipeline.ts';
import { targetOf } from '../../../core/export/targets.ts';
import { type PlannedExport, planExport } from '../../../host/bundle/planExport.ts';
import { type PreparedExport, prepareExport } from '../../../host/bundle/prepare.ts';
import type { GivenSample } from '../../../host/bundle/samples.ts';
import { startEngine } from '../../../host/engine/client.ts';
import { root } from '../../rules/sources.ts';

export interface ExportedCase {
  readonly pipeline: Awaited<ReturnType<typeof openPipeline>>;
  readonly prepared: PreparedExport;
  plan(target: string, options?: Readonly<Record<string, unknown>>): Promise<PlannedExport>;
}

/** A pipeline with its golden outputs recorded, to be planned from. */
export async function exportCase(
  target: string,
  given: readonly GivenSample[] = [],
  nodeFolders: readonly string[] = [],
): Promise<ExportedCase> {
  const pipeline = await openPipeline(target, { nodes: nodeFolders });
  const { checked, opened } = pipeline;
  const engine = startEngine({ nodeFolders });
  try {
    const signal = new AbortController().signal;
    const folder = opened.folder;
    const prepared = await prepareExport({ checked, folder, engine, nodeFolders, device: 'cpu', given, signal });
    return {
      pipeline,
      prepared,
      plan: (id, options = {}) =>
        planExport({ checked, file: opened.file, folder, target: targetOf(id), options, ...prepared }),
    };
  } finally {
    await engine.close();
  }
}

/** A folder that outlives one test; whoever makes it removes it. */
export function sharedFolder(): string {
  return realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tributary-bundle-')));
}

/** What `npm ci` would put beside a bundle, without the network: the packages that Tributary itself has. */
export function lendPackages(bundle: string): void {
  symlinkSync(path.join(root, 'node_modules'), path.join(bundle, 'node_modules'), 'dir');
}
