import type { z } from 'zod';
import { paramSet } from '../../../core/graph/changes.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { applyChanges, type Change } from '../../../core/graph/edit.ts';
import { requireDocument } from '../../../core/graph/entries.ts';
import { Problem } from '../../../core/problems/problem.ts';
import type { Candidate } from '../../../core/profile/advice.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { rebaseChanges } from '../../../core/profile/rebase.ts';
import type { StudioResults, studioSchemas } from '../../../core/studio/api.ts';
import { makeFiles, recordsOf } from '../../../host/models/makeFiles.ts';
import type { BackEnd } from '../backEnd.ts';
import { ownFolderOf } from '../carrying.ts';
import type { Session } from '../sessions.ts';
import { profilesOf } from './place.ts';

export type ApplyArgs = z.output<typeof studioSchemas.applyAdvice>;

interface Found {
  readonly label: string;
  readonly changes: readonly Change[];
  readonly makes: NonNullable<Candidate['makes']>;
}

/** What an advice, or a point of a search, does to the document as it stands; files that it needs are put in place. */
export async function applyAdvice(
  back: BackEnd,
  session: Session,
  args: ApplyArgs,
): Promise<StudioResults['applyAdvice']> {
  const document = requireDocument(args.document);
  const profile = await profilesOf(back, session).read(args.profile);
  const found = adviceOf(profile, args.advice);
  const changes = rebaseChanges(document, found.changes);
  if (found.makes.length === 0) return { label: found.label, changes };
  back.jobs.requireIdle(session, 'Making a model');
  const made = await makeFiles(await ownFolderOf(back, session), found.makes);
  return { label: found.label, changes: [...changes, ...recordsOf(applyChanges(document, changes), made)] };
}

/** `search:<n>` is the winner of a profile's n-th search, `search:<n>:<point>` another point of it. */
function adviceOf(profile: Profile, id: string): Found {
  const search = /^search:(\d{1,6})(?::(\d{1,6}))?$/.exec(id);
  if (search !== null) return searchOf(profile, Number(search[1]), search[2]);
  const advice = profile.advice.find((one) => one.id === id);
  if (advice === undefined) throw unknownAdvice(id);
  return { label: advice.title, changes: advice.changes, makes: advice.makes ?? [] };
}

function searchOf(profile: Profile, index: number, pointId: string | undefined): Found {
  const search = profile.search[index];
  const point = search?.points.find(({ id }) => id === (pointId === undefined ? search.winner : Number(pointId)));
  if (search === undefined || point === undefined) throw unknownAdvice(`search:${index}`);
  const { metric, underMs } = search.settings.limit;
  if (point.id === search.winner)
    return { label: `Best with ${metric} under ${underMs} ms`, changes: search.changes, makes: [] };
  let document: PipelineDocument = profile.document;
  const changes: Change[] = [];
  for (const { node, param, value } of point.settings) {
    const set = paramSet(document, node, param, value);
    changes.push(...set);
    document = applyChanges(document, set);
  }
  return { label: `Settings with ${metric} of ${point[metric].toPrecision(3)} ms`, changes, makes: [] };
}

function unknownAdvice(id: string): Problem {
  return new Problem('advice-stale', {
    message: `The profile holds no advice "${id.slice(0, 100)}".`,
    fix: 'Look at the profile again: advice may have been tried anew.',
  });
}
