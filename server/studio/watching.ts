import path from 'node:path';
import { hashFile } from '../../host/files/hashFile.ts';
import { watchFolder } from '../../host/files/watchFolder.ts';
import type { BackEnd } from './backEnd.ts';
import { mediaFolder } from './mediaFiles.ts';
import { inTurn, type Session } from './sessions.ts';

/** Tells the window when its file is another than the one it opened or saved, once per change. Returns how to stop. */
export function watchDocument(back: BackEnd, session: Session): () => void {
  const file = session.path;
  if (file === null) return () => undefined;
  const name = path.basename(file);
  let told: string | null = session.sha256;
  const stop = watchFolder(session.folder, (names) => {
    if (names.size > 0 && ![...names].some((changed) => changed === name)) return;
    // Behind a save that is under way, so that our own writing is not taken for another's.
    void inTurn(session, async () => {
      const now = await hashFile(file).catch(() => null);
      if (now === session.sha256) told = now;
      else if (now !== told) {
        told = now;
        back.emit({ event: 'fileChanged', session: session.id, gone: now === null });
      }
    });
  });
  const stopMedia = watchFolder(path.join(session.folder, mediaFolder), () =>
    back.emit({ event: 'libraryChanged', session: session.id }),
  );
  return () => {
    stop();
    stopMedia();
  };
}
