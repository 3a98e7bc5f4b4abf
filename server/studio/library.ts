import path from 'node:path';
import { Problem } from '../../core/problems/problem.ts';
import type { MediaItem } from '../../core/studio/api.ts';
import { moveToTrash } from '../../host/files/trash.ts';
import { openWorkspace } from '../../host/files/workspace.ts';
import type { BackEnd } from './backEnd.ts';
import { ownFolderOf } from './carrying.ts';
import { listMedia, looksLikeMedia } from './mediaFiles.ts';
import { inTurn, type Session } from './sessions.ts';
import type { Thumb } from './thumbs.ts';

/** Thumbnails that take longer come with the next call, which an event asks for. */
const patienceMs = 1500;

/** Sample media of the pipeline's folder, each with what can be shown of it. */
export async function listLibrary(back: BackEnd, session: Session): Promise<readonly MediaItem[]> {
  const { folder } = session;
  const files = await listMedia(folder);
  const late = Symbol('late');
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), patienceMs);
  });
  const making = files.map((file) => back.thumbs.of(folder, file));
  const thumbs = await Promise.all(making.map((thumb) => Promise.race([thumb, patience])));
  clearTimeout(timer);
  if (thumbs.includes(late)) {
    void Promise.all(making).then(() => {
      if (back.sessions.find(session.id) === session) back.emit({ event: 'libraryChanged', session: session.id });
    });
  }
  return files.map((file, i): MediaItem => {
    const thumb = thumbs[i];
    const facts = {
      path: file.path,
      name: path.posix.basename(file.path),
      bytes: file.bytes,
      modifiedAt: file.modifiedAt,
    };
    if (typeof thumb === 'symbol') return { ...facts, kind: 'other' };
    return { ...facts, ...shown(thumb) };
  });
}

/** Moves a media file into the folder's trash. */
export async function removeMedia(back: BackEnd, session: Session, name: string): Promise<void> {
  await (await openWorkspace(session.folder)).resolvePath(name);
  const folder = await ownFolderOf(back, session);
  await inTurn(session, async () => {
    const file = await (await openWorkspace(folder)).resolvePath(name);
    if (!looksLikeMedia(file) || path.basename(file).startsWith('.')) {
      throw new Problem('usage', {
        message: `"${name}" is not one of the pipeline's sample media.`,
        fix: 'Remove other files by hand.',
        where: { file: name },
      });
    }
    await moveToTrash(folder, file);
  });
  back.emit({ event: 'libraryChanged', session: session.id });
}

function shown({
  kind,
  blob,
  peaks,
  text,
  problem,
}: Thumb): Pick<MediaItem, 'kind' | 'blob' | 'peaks' | 'text' | 'problem'> {
  return {
    kind,
    ...(blob === undefined ? {} : { blob }),
    ...(peaks === undefined ? {} : { peaks }),
    ...(text === undefined ? {} : { text: text.slice(0, 2000) }),
    ...(problem === undefined ? {} : { problem }),
  };
}
