import os from 'node:os';
import type { z } from 'zod';
import { filesOf } from '../../../core/check/files.ts';
import { requireDocument } from '../../../core/graph/entries.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { compareInTurns, inTurnsSettings } from '../../../core/profile/compareInTurns.ts';
import { adviceBudgetMs, type ImproveAsk, improve } from '../../../core/profile/improve.ts';
import type { Machine } from '../../../core/profile/knobs.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import type { studioSchemas } from '../../../core/studio/api.ts';
import { readFacts } from '../../../host/files/facts.ts';
import { openWorkspace } from '../../../host/files/workspace.ts';
import type { BackEnd } from '../backEnd.ts';
import { withHashes } from '../saving.ts';
import type { Session } from '../sessions.ts';
import { addTo, targetOf } from './measuring.ts';
import { profilesOf } from './place.ts';

export type AdviceArgs = z.output<typeof studioSchemas.startAdvice>;
export type CompareArgs = z.output<typeof studioSchemas.startCompare>;

/** Tries what might make a profile's document faster, and keeps what was found with the profile. */
export function startAdvice(back: BackEnd, session: Session, args: AdviceArgs): string {
  return back.jobs.start(session, 'advice', async (tools) => {
    const profile = await profilesOf(back, session).read(args.profile);
    const ask = await improveAsk(back, session, profile, args.samples);
    const advice = await improve({ ...ask, budgetMs: args.budgetMs ?? adviceBudgetMs, listeners: tools }, back.bench);
    // Cancelled before anything was tried: what an earlier job found stays.
    if (tools.signal.aborted && advice.every(({ verdict }) => verdict === 'untried')) return { profile: profile.id };
    await addTo(back, session, profile.id, (kept) => ({ ...kept, advice }));
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
      inTurnsSettings,
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

/** The engine cannot search yet. */
export function noSearch(): Problem {
  return new Problem('usage', {
    message: 'This back end does not search yet.',
    fix: 'Try advice instead.',
  });
}
