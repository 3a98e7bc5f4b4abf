import path from 'node:path';
import { Problem, type ProblemData } from '../core/problems/problem.ts';
import { compareProfiles } from '../core/profile/compare.ts';
import { compareInTurns, inTurnsSettings } from '../core/profile/compareInTurns.ts';
import type { Comparison } from '../core/profile/comparison.ts';
import { type GateResult, gate } from '../core/profile/gate.ts';
import type { Profile } from '../core/profile/profile.ts';
import { mostProfileChars, parseProfile } from '../core/profile/profileFile.ts';
import { decodeUtf8, readWhole } from '../host/files/host.ts';
import { openPipeline } from './pipeline.ts';
import type { Work } from './profileWork.ts';

export interface Against {
  readonly comparison: Comparison;
  /** Null: no percentage was given, so nothing is judged. */
  readonly gate: GateResult | null;
}

type Side = Pick<Profile, 'id' | 'label' | 'createdAt' | 'document'>;

/** Compares with a kept profile, a profile's file or another pipeline, and judges if a percentage was given. */
export async function compareWith(work: Work, profile: Profile, which: string): Promise<Against> {
  const { options } = work;
  const other = await sideOf(work, profile, which);
  const comparison =
    other.form === 'profile' && !options.inTurns
      ? compareProfiles(other.profile, profile)
      : await inTurns(work, other.form === 'profile' ? other.profile : other.side, profile);
  const judged = options.failOver === undefined ? null : gate(comparison, options.failOver, options.force ?? false);
  return { comparison, gate: judged };
}

/** What the gate's outcome is as a problem, for reports; null when it passed. */
export function gateProblem({ gate: judged }: Against): ProblemData | null {
  if (judged === null || judged.outcome === 'passed') return null;
  const [message, ...why] = judged.words;
  const failed = judged.outcome === 'failed';
  return new Problem(failed ? 'profile-slower' : 'profile-incomparable', {
    message: [message, ...why].join(' '),
    fix: failed
      ? 'Look at the nodes that are named; `tributary profiles` compares node by node.'
      : 'Make a baseline on this machine, or judge all the same with --force.',
  }).data;
}

type Other =
  | { readonly form: 'profile'; readonly profile: Profile }
  | { readonly form: 'pipeline'; readonly side: Side };

async function sideOf(work: Work, profile: Profile, which: string): Promise<Other> {
  const { store, pipeline, options } = work;
  const kept = (await store.list().catch(() => ({ profiles: [] }))).profiles.filter(({ id }) => id !== profile.id);
  const found =
    which === 'last' ? kept[0] : kept.find(({ id, label }) => id === which || (label !== '' && label === which));
  if (found !== undefined) return { form: 'profile', profile: await store.read(found.id) };
  if (which === 'last')
    throw new Problem('usage', {
      message: 'There is no earlier profile of this pipeline to compare with.',
      fix: 'Run `tributary profile` once before, or name a file.',
    });
  if (!which.endsWith('.tributary.json')) {
    return { form: 'profile', profile: parseProfile(await textOf(which), path.basename(which)) };
  }
  const other = await openPipeline(which, options);
  if (other.opened.folder !== pipeline.opened.folder)
    throw new Problem('usage', {
      message: `"${which}" lies in another folder; two pipelines that are measured in turns share theirs.`,
      fix: 'Put both into one folder, or profile the other one there and compare with its profile.',
    });
  return {
    form: 'pipeline',
    side: { id: path.basename(which), label: path.basename(which), createdAt: '', document: other.opened.document },
  };
}

async function textOf(file: string): Promise<string> {
  const name = path.basename(file);
  return decodeUtf8(await readWhole(path.resolve(file), { name, maxBytes: mostProfileChars }), name);
}

async function inTurns(work: Work, before: Side, after: Profile): Promise<Comparison> {
  const outcomes = await work.engine.trial(
    work.target,
    [
      { name: 'before', document: before.document },
      { name: 'after', document: after.document },
    ],
    inTurnsSettings,
    work.listeners,
  );
  return compareInTurns(before, after, outcomes);
}
