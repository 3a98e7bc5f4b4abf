import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { requireDocument } from '../../../core/graph/entries.ts';
import type { BenchTarget } from '../../../core/profile/bench.ts';
import type { LoadSettings } from '../../../core/profile/load.ts';
import { makeProfile } from '../../../core/profile/makeProfile.ts';
import { defaultSettings, type Profile } from '../../../core/profile/profile.ts';
import type { studioSchemas } from '../../../core/studio/api.ts';
import { newProfileId } from '../../../host/files/profileStore.ts';
import type { BackEnd } from '../backEnd.ts';
import { fusedRun } from '../compiling/fusedRun.ts';
import { withHashes } from '../saving.ts';
import type { Session } from '../sessions.ts';
import { profilesOf } from './place.ts';
import { type GivenSample, readSamples } from './samples.ts';

export type ProfileArgs = z.output<typeof studioSchemas.startProfile>;
export type LoadArgs = z.output<typeof studioSchemas.startLoad>;

const defaultLoad: LoadSettings = {
  arrivals: 'closed',
  levels: [],
  secondsPerLevel: 3,
  batches: [0],
  maxQueue: 1000,
  seed: 1,
};

/** Measures a document and keeps what was found. */
export function startProfile(back: BackEnd, session: Session, args: ProfileArgs): string {
  const given = requireDocument(args.document);
  const device = args.device ?? 'auto';
  const settings = { ...defaultSettings, ...args.settings };
  return back.jobs.start(session, 'profile', async (tools) => {
    const store = profilesOf(back, session);
    await store.requireWritable();
    const own = await withHashes(back, session.folder, given);
    const document = args.fused === true ? (await fusedRun(back, session, own)).document : own;
    const samples = await readSamples(back, session, document, args.samples);
    const begun = new Date();
    const answer = await back.bench.profile({ folder: session.folder, samples, device }, document, settings, tools);
    const made = {
      id: newProfileId(begun),
      label: args.fused === true ? 'fused' : '',
      createdAt: begun.toISOString(),
      durationMs: Date.now() - begun.getTime(),
      document,
      device,
      samples,
      settings,
    };
    const profile = makeProfile(made, answer, sha256);
    // Where the pipeline is by now: it may have been saved meanwhile, or closed for good.
    if (isGone(back, session)) return { profile: null };
    await profilesOf(back, session).save(profile, answer.trace);
    return { profile: profile.id };
  });
}

/** Throughput against latency of a profile's document, added to the profile. */
export function startLoad(back: BackEnd, session: Session, args: LoadArgs): string {
  const settings = { ...defaultLoad, ...args.settings };
  return back.jobs.start(session, 'load', async (tools) => {
    const profile = await profilesOf(back, session).read(args.profile);
    const target = await targetOf(back, session, profile, args.samples);
    const result = await back.bench.load(target, profile.document, settings, tools);
    await addTo(back, session, profile.id, (kept) => ({ ...kept, load: [...kept.load, result] }));
    return { profile: profile.id };
  });
}

/** Where and on what a profile's document is measured again. */
export async function targetOf(
  back: BackEnd,
  session: Session,
  profile: Profile,
  samples: readonly GivenSample[] | undefined,
): Promise<BenchTarget> {
  return {
    folder: session.folder,
    samples: await readSamples(back, session, profile.document, samples),
    device: profile.device,
  };
}

/** Adds to a profile that is kept. Work without a file that was closed takes its profiles with it. */
export async function addTo(
  back: BackEnd,
  session: Session,
  id: string,
  change: (profile: Profile) => Profile,
): Promise<void> {
  if (!isGone(back, session)) await profilesOf(back, session).change(id, change);
}

function isGone(back: BackEnd, session: Session): boolean {
  return session.path === null && back.sessions.find(session.id) !== session;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
