import path from 'node:path';
import { openProfileStore, type ProfileStore, profilesName } from '../../../host/files/profileStore.ts';
import type { BackEnd } from '../backEnd.ts';
import type { Session } from '../sessions.ts';

/**
 * Where a session's profiles are kept: beside its file; for work without a file in the studio's own folder for it, from
 * where they come along when it is saved. A sample's folder is not written to.
 */
export function profilesOf(back: Pick<BackEnd, 'state'>, session: Session): ProfileStore {
  if (session.path !== null) return openProfileStore(path.dirname(session.path), profilesName(session.path));
  return openProfileStore(path.join(back.state.untitled, session.id), 'untitled');
}
