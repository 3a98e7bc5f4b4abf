import type { z } from 'zod';
import { checkDocument } from '../../../core/check/check.ts';
import { filesOf } from '../../../core/check/files.ts';
import { requireDocument } from '../../../core/graph/entries.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { advise } from '../../../core/profile/advise.ts';
import { newErrors } from '../../../core/profile/candidates/subject.ts';
import { compareInTurns, inTurnsSettings } from '../../../core/profile/compareInTurns.ts';
import type { Machine } from '../../../core/profile/knobs.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { tryAll } from '../../../core/profile/tryAdvice.ts';
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

const adviceBudgetMs = 60_000;

/** Tries what might make a profile's document faster, and keeps what was found with the profile. */
export function startAdvice(back: BackEnd, session: Session, args: AdviceArgs): string {
  return back.jobs.start(session, 'advice', async (tools) => {
    const profile = await profilesOf(back, session).read(args.profile);
    const { document } = profile;
    const machine = await machineOf(back, profile);
    const facts = await readFacts(await openWorkspace(session.folder), filesOf(document, back.registry));
    const lookup = (file: string) => facts.get(file);
    const subject = {
      document,
      checked: checkDocument(document, back.registry, lookup),
      registry: back.registry,
      facts: lookup,
    };
    const candidates = advise({ ...subject, profile, machine });
    const advice = await tryAll(
      {
        document,
        target: await targetOf(back, session, profile, args.samples),
        candidates,
        budgetMs: args.budgetMs ?? adviceBudgetMs,
        seed: 1,
        wallMs: profile.measured.wall.p50,
        clients: Math.max(2, machine.cores),
        fits: (candidate) => newErrors(subject, candidate).length === 0,
        now: () => performance.now(),
        listeners: tools,
      },
      back.bench,
    );
    await addTo(back, session, profile.id, (kept) => ({ ...kept, advice }));
    return { profile: profile.id };
  });
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

async function machineOf(back: BackEnd, profile: Profile): Promise<Machine> {
  const trials = await back.engine.devices();
  return {
    cores: profile.environment.cores,
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
