import type { ExportFormat } from '../../../core/studio/api.ts';
import type { ProfileStore } from '../../../host/files/profileStore.ts';
import { exportName, exportProfile } from '../../../host/report/exportProfile.ts';
import type { StudioBlob } from '../types.ts';

export interface ExportedFile extends StudioBlob {
  readonly name: string;
}

/** A kept profile as a file of another form. */
export async function exportedFile(store: ProfileStore, id: string, format: ExportFormat): Promise<ExportedFile> {
  const profile = await store.read(id);
  const pieces: Uint8Array[] = [];
  for await (const piece of exportProfile(profile, () => store.readTrace(id), format)) pieces.push(piece);
  return { ...exportName(profile, format), bytes: Buffer.concat(pieces) };
}
