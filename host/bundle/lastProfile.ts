import type { PipelineDocument } from '../../core/graph/document.ts';
import { runsTheSame } from '../../core/profile/documentHash.ts';
import type { Profile } from '../../core/profile/profile.ts';
import { openProfileStore, profilesName } from '../files/profileStore.ts';

/**
 * The newest profile that was measured of this very document; else the newest of all, which is told as of an earlier
 * form. null where nothing was measured. One that cannot be read is passed over.
 */
export async function lastProfile(
  file: string,
  folder: string,
  document: PipelineDocument,
): Promise<{ readonly profile: Profile; readonly current: boolean } | null> {
  const store = openProfileStore(folder, profilesName(file));
  let newest: Profile | null = null;
  const { profiles } = await store.list();
  for (const { id } of profiles.slice(0, mostLookedAt)) {
    const profile = await store.read(id).catch(() => null);
    if (profile === null) continue;
    if (runsTheSame(profile.document, document)) return { profile, current: true };
    newest ??= profile;
  }
  return newest === null ? null : { profile: newest, current: false };
}

const mostLookedAt = 20;
