import path from 'node:path';
import type { z } from 'zod';
import type { Checked } from '../../../core/check/checked.ts';
import { targetOf, targets } from '../../../core/export/targets.ts';
import { requireDocument } from '../../../core/graph/entries.ts';
import { Problem, problemFrom } from '../../../core/problems/problem.ts';
import type { StudioResults, studioSchemas } from '../../../core/studio/api.ts';
import type { Exported, ExportPlanView } from '../../../core/studio/exportingCalls.ts';
import { writeArchive } from '../../../host/bundle/archive.ts';
import { type PlannedExport, planExport } from '../../../host/bundle/planExport.ts';
import { type PreparedExport, prepareExport } from '../../../host/bundle/prepare.ts';
import { contentBytes } from '../../../host/bundle/sizes.ts';
import { openBundle } from '../../../host/bundle/verify.ts';
import { verifyGolden } from '../../../host/bundle/verifyGolden.ts';
import { writeBundle } from '../../../host/bundle/writeBundle.ts';
import { readWhole } from '../../../host/files/host.ts';
import type { BackEnd } from '../backEnd.ts';
import { withoutErrors } from '../compiling/withoutErrors.ts';
import type { Methods } from '../methods.ts';
import { withHashes } from '../saving.ts';
import type { Session } from '../sessions.ts';
import { targetView } from './optionForms.ts';

export type ExportMethods = Pick<
  Methods,
  'exportTargets' | 'startExportPlan' | 'plannedExport' | 'exportFile' | 'startExport'
>;
type PlanArgs = Pick<z.output<typeof studioSchemas.startExport>, 'session' | 'job' | 'target' | 'options' | 'release'>;

/** What exports of one document are made of, until the session prepares another. */
interface Prepared {
  readonly job: string;
  readonly checked: Checked;
  readonly folder: string;
  readonly file: string;
  readonly prepared: PreparedExport;
  /** The last one planned of each target: files are looked at one after the other. */
  readonly last: Map<string, { readonly key: string; readonly planned: Promise<PlannedExport> }>;
}

/** Larger files are told by their size. */
const mostShownBytes = 512 * 1024;

/** What the export's methods do. */
export function exportWork(back: BackEnd): ExportMethods {
  const { sessions } = back;
  const all = new WeakMap<Session, Prepared>();

  function preparedOf(client: string, { session: id, job }: PlanArgs): { session: Session; found: Prepared } {
    const session = sessions.get(client, id);
    const found = all.get(session);
    if (found?.job === job) return { session, found };
    throw new Problem('usage', { message: 'That export is not prepared any more.', fix: 'Prepare it again.' });
  }

  function planned(found: Prepared, args: PlanArgs): Promise<PlannedExport> {
    const { target, options, release } = args;
    const key = JSON.stringify([options, release]);
    const last = found.last.get(target);
    if (last?.key === key) return last.planned;
    const { checked, file, folder, prepared } = found;
    const version = release === undefined || release === '' ? {} : { version: release };
    const plan = planExport({ checked, file, folder, target: targetOf(target), options, ...version, ...prepared });
    found.last.set(target, { key, planned: plan });
    plan.catch(() => {
      if (found.last.get(target)?.planned === plan) found.last.delete(target);
    });
    return plan;
  }

  function startExportPlan(session: Session, given: unknown): string {
    const document = requireDocument(given);
    const job: string = back.jobs.start(session, 'exportPlan', async (tools) => {
      tools.onProgress({ done: 0, words: 'finding the files' });
      const { folder } = session;
      const checked = await withoutErrors(back, session, await withHashes(back, folder, document));
      const prepared = await prepareExport({
        checked,
        folder,
        engine: back.engine,
        nodeFolders: back.nodeFolders,
        device: 'cpu',
        given: [],
        signal: tools.signal,
        onStep: (done, of, words) => tools.onProgress({ done: (done + 1) / (of + 1), words }),
      });
      const file = session.path ?? path.join(folder, 'pipeline.tributary.json');
      all.set(session, { job, checked, folder, file, prepared, last: new Map() });
      return { profile: null };
    });
    return job;
  }

  function startExport(client: string, args: z.output<typeof studioSchemas.startExport>): string {
    const { session, found } = preparedOf(client, args);
    const to = args.path;
    if (!path.isAbsolute(to))
      throw new Problem('usage', { message: 'The path is not absolute.', fix: 'Choose where the export goes.' });
    return back.jobs.start(session, 'export', async ({ signal, onProgress }) => {
      onProgress({ done: 0, words: 'planning' });
      const plan = await planned(found, args);
      const wrong = plan.problems.find((problem) => problem.severity === 'error');
      if (wrong !== undefined) throw problemFrom(wrong);
      const listeners = {
        signal,
        onFile: (done: number, of: number, file: string) =>
          onProgress({ done: (0.7 * done) / of, words: `writing ${file}` }),
      };
      const written = path.resolve(to);
      if (plan.target.archive) await writeArchive(written, plan.files, listeners);
      else await writeBundle(written, plan.files, listeners);
      const held = plan.target.archive || plan.target.bundle === 'none' ? null : await openBundle(written);
      const verdicts =
        held === null
          ? null
          : await verifyGolden(held, {
              engine: back.engine,
              checked: found.checked,
              device: 'cpu',
              signal,
              onSample: (done, of, name) => onProgress({ done: 0.7 + (0.3 * done) / of, words: `verifying ${name}` }),
            });
      const exported: Exported = {
        path: written,
        files: plan.files.length,
        bytes: plan.bytes,
        contentHash: plan.manifest.contentHash,
        verdicts,
      };
      return { profile: null, exported };
    });
  }

  return {
    exportTargets: async () => ({ targets: targets.map(targetView) }),
    startExportPlan: async (client, { session, document }) => ({
      job: startExportPlan(sessions.get(client, session), document),
    }),
    plannedExport: async (client, args) => {
      const { found } = preparedOf(client, args);
      return viewOf(await planned(found, args), found.prepared);
    },
    exportFile: async (client, args) => {
      const { found } = preparedOf(client, args);
      return shownFile(await planned(found, args), args.path);
    },
    startExport: async (client, args) => ({ job: startExport(client, args) }),
  };
}

function viewOf(planned: PlannedExport, { recorded, drift, files }: PreparedExport): ExportPlanView {
  const { name, version, target, bytes, problems, next, manifest } = planned;
  const { profile } = manifest;
  return {
    name,
    version,
    files: planned.files.map(({ path: file, listed }) => ({ path: file, bytes: listed.bytes })),
    bytes,
    problems,
    next,
    golden: target.bundle === 'none' ? [] : recorded.samples.map(({ sample }) => sample.name),
    models: files
      .filter(({ role }) => role === 'model')
      .map(({ path: file, sha256, licence }) => ({ path: file, sha256, licence })),
    drift: drift === undefined ? 0 : Number(JSON.parse(drift).samples),
    contentHash: manifest.contentHash,
    profile:
      profile === null
        ? null
        : { p50Ms: profile.p50Ms, p95Ms: profile.p95Ms, current: profile.current, cpu: profile.cpu },
  };
}

async function shownFile({ files }: PlannedExport, name: string): Promise<StudioResults['exportFile']> {
  const file = files.find(({ path: one }) => one === name);
  if (file === undefined)
    throw new Problem('usage', { message: `The export has no file "${name}".`, fix: 'Choose one of those listed.' });
  const { bytes } = file.listed;
  if (bytes > mostShownBytes) return { text: null, bytes };
  const { content } = file;
  const data =
    'copy' in content ? await readWhole(content.copy.from, { name, maxBytes: mostShownBytes }) : contentBytes(content);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(data);
    return { text: text.includes('\0') ? null : text, bytes };
  } catch {
    return { text: null, bytes };
  }
}
