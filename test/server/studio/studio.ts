import { cpSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import type { Edit } from '../../../core/graph/edit.ts';
import type { JournalLine } from '../../../core/graph/journal.ts';
import type { RunSummary, StudioArgs, StudioEvent, StudioMethod, StudioResults } from '../../../core/studio/api.ts';
import { makeStudio } from '../../../server/studio/studio.ts';
import type { LocalStudio, Studio } from '../../../server/studio/types.ts';
import { tempFolder } from '../../temp-folder.ts';

export const samplesFolder = fileURLToPath(new URL('../../../samples', import.meta.url));

/** A window of a studio. */
export interface Window {
  call<M extends StudioMethod>(method: M, args: StudioArgs<M>): Promise<StudioResults[M]>;
  readonly heard: readonly StudioEvent[];
  /** The first event, past or to come, that fits. */
  hear<E extends StudioEvent['event']>(
    event: E,
    fits?: (event: Extract<StudioEvent, { event: E }>) => boolean,
  ): Promise<Extract<StudioEvent, { event: E }>>;
  readonly client: string;
}

/** `samples`: none unless asked for, since their pictures start an engine. */
export async function startStudio(
  stateFolder = tempFolder(),
  options: { readonly samples?: string; readonly nodeFolders?: readonly string[] } = {},
): Promise<LocalStudio> {
  const { samples = path.join(stateFolder, 'no-samples'), nodeFolders = [] } = options;
  const studio = await makeStudio({ nodeFolders, limits: {}, stateFolder, samplesFolder: samples });
  onTestFinished(() => studio.close());
  return studio;
}

export function openWindow(studio: Studio, client = 'window01'): Window {
  const heard: StudioEvent[] = [];
  const waiting = new Set<(event: StudioEvent) => void>();
  studio.listen(client, (event) => {
    heard.push(event);
    for (const wait of waiting) wait(event);
  });
  return {
    call: <M extends StudioMethod>(method: M, args: StudioArgs<M>) =>
      studio.call(client, method, args) as Promise<StudioResults[M]>,
    heard,
    hear: (event, fits = () => true) =>
      new Promise((resolve) => {
        const wait = (told: StudioEvent): void => {
          if (told.event !== event || !fits(told as Extract<StudioEvent, { event: typeof event }>)) return;
          waiting.delete(wait);
          resolve(told as Extract<StudioEvent, { event: typeof event }>);
        };
        waiting.add(wait);
        for (const told of heard) wait(told);
      }),
    client,
  };
}

/** A copy of a sample in a folder of the test's own; returns the document's path. */
export function copySample(name: string, folder = tempFolder()): string {
  cpSync(path.join(samplesFolder, name), path.join(folder, name), { recursive: true });
  return path.join(folder, name, `${name}.tributary.json`);
}

/** The edit that moves a node to x. */
export function move(document: PipelineDocument, id: string, x: number): JournalLine & { readonly line: 'edit' } {
  const index = document.nodes.findIndex((node) => node.id === id);
  const before = document.nodes[index];
  const after = { ...before, position: { ...before.position, x } };
  const edit: Edit = { label: `Move ${id}`, changes: [{ in: 'nodes', index, before, after }] };
  return { line: 'edit', edit };
}

/** Runs and waits for the end. */
export async function runIn(window: Window, args: StudioArgs<'startRun'>): Promise<RunSummary> {
  const { run } = await window.call('startRun', args);
  return (await window.hear('runEnded', ({ summary }) => summary.run === run)).summary;
}
