import os from 'node:os';
import type { z } from 'zod';
import { filesOf } from '../../../core/check/files.ts';
import { requireDocument } from '../../../core/graph/entries.ts';
import { problemFrom } from '../../../core/problems/problem.ts';
import { compareInTurns, inTurnsSettings } from '../../../core/profile/compareInTurns.ts';
import { adviceBudgetMs, type ImproveAsk, improve } from '../../../core/profile/improve.ts';
import type { Machine } from '../../../core/profile/knobs.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { defaultSearch, type SearchSettings } from '../../../core/profile/search.ts';
import { searchUnder } from '../../../core/profile/searchUnder.ts';
import type { studioSchemas } from '../../../core/studio/api.ts';
import { readFacts } from '../../../host/files/facts.ts';
import { openWorkspace } from '../../../host/files/workspace.ts';
import { type MadeFile, makeFiles, removeMade } from '../../../host/models/makeFiles.ts';
import type { BackEnd } from '../backEnd.ts';
import { ownFolderOf } from '../carrying.ts';
import { checkIn } from '../checking.ts';
import { withHashes } from '../saving.ts';
import type { Session } from '../sessions.ts';
import { addTo, targetOf } from './measuring.ts';
import { profilesOf } from './place.ts';

export type AdviceArgs = z.output<typeof studioSchemas.startAdvice>;
export type SearchArgs = z.output<typeof studioSchemas.startSearch>;
export type CompareArgs = z.output<typeof studioSchemas.startCompare>;

/** Tries what might make a profile's document faster, and keeps what was found with the profile. */
export function startAdvice(back: BackEnd, session: Session, args: AdviceArgs): string {
  return back.jobs.start(session, 'advice', async (tools) => {
    const profile = await profilesOf(back, session).read(args.profile);
    tools.onProgress({ done: 0, words: 'looking at the machine' });
    // Models that are made for a trial are put into the pipeline's folder, which must not be a sample's.
    const folder = await ownFolderOf(back, session);
    const ask = await improveAsk(back, session, profile, args.samples);
    const made = new Map<string, MadeFile>();
    const advice = await improve(
      {
        ...ask,
        budgetMs: args.budgetMs ?? adviceBudgetMs,
        listeners: tools,
        make: async ({ makes }, signal) => {
          for (const file of await makeFiles(folder, makes, signal))
            if (!made.has(file.path)) made.set(file.path, file);
        },
      },
      back.bench,
    ).finally(() => removeMade(folder, made.values()));
    // Cancelled before anything was tried: what an earlier job found stays.
    if (tools.signal.aborted && advice.every(({ verdict }) => verdict === 'untried')) return { profile: profile.id };
    await addTo(back, session, profile.id, (kept) => ({ ...kept, advice }));
    return { profile: profile.id };
  });
}

/** Sweeps the knobs of a profile's document for what holds a limit best, and keeps the result with the profile. */
export function startSearch(back: BackEnd, session: Session, args: SearchArgs): string {
  const { limit, budgetMs, knobs, maxDifference } = args;
  const settings: SearchSettings = {
    limit,
    budgetMs: budgetMs ?? defaultSearch.budgetMs,
    knobs: knobs ?? defaultSearch.knobs,
    maxDifference: maxDifference === undefined ? defaultSearch.maxDifference : maxDifference,
  };
  return back.jobs.start(session, 'search', async (tools) => {
    const profile = await profilesOf(back, session).read(args.profile);
    tools.onProgress({ done: 0, words: 'looking at the machine' });
    const checked = await checkIn(back, session, profile.document);
    const wrong = checked.problems.find(({ severity }) => severity === 'error');
    if (wrong !== undefined) throw problemFrom(wrong);
    const result = await searchUnder(
      {
        checked,
        target: await targetOf(back, session, profile, args.samples),
        settings,
        machine: await machineOf(back),
        measured: profile.measured,
        seed: 1,
        now: () => performance.now(),
        createdAt: new Date().toISOString(),
        listeners: tools,
      },
      back.bench,
    );
    // Cancelled before anything was measured: nothing to keep.
    if (tools.signal.aborted && result.points.length === 0) return { profile: profile.id };
    await addTo(back, session, profile.id, (kept) => ({ ...kept, search: [...kept.search, result] }));
    return { profile: profile.id };
  });
}

async function improveAsk(
  back: BackEnd,
  session: Session,
  profile: Profile,
  samples: AdviceArgs['samples'],
): Promise<Omit<ImproveAsk, 'budgetMs'>> {
  const facts = await readFacts(await openWorkspace(session.folder), filesOf(profile.document, back.registry));
  return {
    profile,
    registry: back.registry,
    facts: (file) => facts.get(file),
    machine: await machineOf(back),
    target: await targetOf(back, session, profile, samples),
    now: () => performance.now(),
  };
}

/** Measures a profile's document and another in turns. */
export function startCompare(back: BackEnd, session: Session, args: CompareArgs): string {
  const given = requireDocument(args.document);
  return back.jobs.start(session, 'compare', async (tools) => {
    const profile = await profilesOf(back, session).read(args.profile);
    const document = await withHashes(back, session.folder, given);
    const target = await targetOf(back, session, profile, args.samples);
    const outcomes = await back.bench.trial(
      target,
      [
        { name: 'before', document: profile.document },
        { name: 'after', document },
      ],
      { ...inTurnsSettings, ...(args.budgetMs === undefined ? {} : { budgetMs: args.budgetMs }) },
      tools,
    );
    const now = { id: 'now', label: 'as it is now', createdAt: new Date().toISOString(), document };
    return { profile: null, comparison: compareInTurns(profile, now, outcomes) };
  });
}

async function machineOf(back: BackEnd): Promise<Machine> {
  const trials = await back.engine.devices();
  return {
    cores: os.availableParallelism(),
    devices: trials.flatMap(({ device, works }) => (works ? [device] : [])),
  };
}
