import { Problem } from '../../../core/problems/problem.ts';
import { profileText } from '../../../core/profile/profileFile.ts';
import type { ExportFormat } from '../../../core/studio/api.ts';
import { safeFileName } from '../../../host/files/fileNames.ts';
import type { ProfileStore } from '../../../host/files/profileStore.ts';

export interface ExportedFile {
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
}

/** A profile as a file of another form. */
export async function exportProfile(store: ProfileStore, id: string, format: ExportFormat): Promise<ExportedFile> {
  const profile = await store.read(id);
  const base = safeFileName(`${profile.document.name} ${profile.createdAt.slice(0, 16).replace('T', ' ')}`);
  if (format === 'json') {
    return { name: `${base}.json`, mime: 'application/json', bytes: new TextEncoder().encode(profileText(profile)) };
  }
  throw new Problem('usage', { message: `A profile cannot be given as ${format} yet.`, fix: 'Take json.' });
}
