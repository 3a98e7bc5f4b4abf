import path from 'node:path';
import type { z } from 'zod';
import { applyChanges } from '../../../core/graph/edit.ts';
import { requireDocument } from '../../../core/graph/entries.ts';
import { rebaseChanges } from '../../../core/profile/rebase.ts';
import type { StudioResults, studioSchemas } from '../../../core/studio/api.ts';
import { recordsOf } from '../../../host/models/makeFiles.ts';
import { shrinkTrial } from '../../../host/shrink/trialSettings.ts';
import { readTruth } from '../../../host/shrink/truthFile.ts';
import type { BackEnd } from '../backEnd.ts';
import { ownFolderOf } from '../carrying.ts';
import type { Methods } from '../methods.ts';
import { readSamples } from '../profiling/samples.ts';
import { inTurn, type Session } from '../sessions.ts';

type Own = 'startShrink' | 'shrunk' | 'applyShrink' | 'keepShrunk' | 'discardShrunk';
type ShrinkArgs = z.output<typeof studioSchemas.startShrink>;
type ApplyArgs = z.output<typeof studioSchemas.applyShrink>;

/** Making models smaller or faster: those methods of the contract. */
export function shrinkingMethods(back: BackEnd): Pick<Methods, Own> {
  const { sessions, shrunkFiles } = back;
  return {
    startShrink: async (client, args) => ({ job: startShrink(back, sessions.get(client, args.session), args) }),
    shrunk: async (client, { session, job }) => shrunkFiles.get(sessions.get(client, session), job),
    applyShrink: (client, args) => applyShrink(back, sessions.get(client, args.session), args),
    keepShrunk: async (client, { session: id, job }) => {
      const session = sessions.get(client, id);
      await inTurn(session, () => shrunkFiles.settle(session, job, 'kept'));
      return { files: shrunkFiles.get(session, job).files };
    },
    discardShrunk: async (client, { session: id, job }) => {
      const session = sessions.get(client, id);
      await inTurn(session, () => shrunkFiles.discard(session, job));
      return {};
    },
  };
}

/** Shrinks models of a document, and keeps what came of it until a person has decided. */
function startShrink(back: BackEnd, session: Session, args: ShrinkArgs): string {
  const document = requireDocument(args.document);
  const { options, nodes = [], latencyMs = shrinkTrial.budgetMs } = args;
  const job: string = back.jobs.start(session, 'shrink', async (tools) => {
    tools.onProgress({ done: 0, words: 'reading the samples' });
    await back.shrunkFiles.forget(session);
    const truth = args.truth === undefined ? {} : await readTruth(args.truth);
    // The files are made in the pipeline's folder, which must not be a sample's.
    const folder = await ownFolderOf(back, session);
    const samples = await readSamples(back, session, document, args.samples);
    const answer = await back.engine.shrink(
      { folder, samples, ...(args.device === undefined ? {} : { device: args.device }) },
      document,
      {
        options,
        nodes,
        truth,
        trial: latencyMs === null ? null : { ...shrinkTrial, budgetMs: latencyMs },
        ...(args.path === undefined ? {} : { path: args.path }),
      },
      tools,
    );
    back.shrunkFiles.put(session, job, folder, answer);
    // It was closed while this ended: nobody will decide.
    if (back.sessions.find(session.id) !== session) await back.shrunkFiles.forget(session);
    return { profile: null };
  });
  return job;
}

/** What lets the document as it stands use the models. */
async function applyShrink(
  back: BackEnd,
  session: Session,
  { job, document: given }: ApplyArgs,
): Promise<StudioResults['applyShrink']> {
  const document = requireDocument(given);
  const { report, made, changes: found } = back.shrunkFiles.answer(session, job);
  const changes = rebaseChanges(document, found);
  const records = recordsOf(
    applyChanges(document, changes),
    made.map((file) => ({ ...file, how: report.to })),
  );
  await inTurn(session, () => back.shrunkFiles.settle(session, job, 'applied'));
  const what = made.length === 1 ? path.posix.basename(made[0].from) : `${made.length} models`;
  return { label: `make ${what} ${report.to}`, changes: [...changes, ...records] };
}
