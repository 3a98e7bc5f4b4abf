import { removeOwn } from '../../host/files/stateFile.ts';
import type { BackEnd } from './backEnd.ts';
import { inTurn, type Session } from './sessions.ts';
import { forgetUntitled } from './untitled.ts';

export interface EndOptions {
  /** Forget the journal. */
  readonly discard?: boolean;
  /** Untitled work stays although nothing was done in it. */
  readonly keep?: boolean;
}

/** Ends a session: its runs, its measuring, its lock, its journal. What was done stays in the journal unless it is discarded. */
export function endSession(back: BackEnd, session: Session, options: EndOptions = {}): Promise<void> {
  return back.sessions.ending(end(back, session, options));
}

async function end(back: BackEnd, session: Session, options: EndOptions): Promise<void> {
  back.sessions.remove(session);
  session.stopWatching();
  session.stopWatching = () => undefined;
  back.runs.forget(session.id);
  await back.jobs.forget(session.id);
  await inTurn(session, async () => {
    await back.shrunkFiles.forget(session);
    const journal = session.journal;
    session.journal = null;
    await journal?.close();
    const untouched = session.edited.history.edits.length === 0;
    if (session.path === null) {
      if (!options.keep && (options.discard || untouched)) await forgetUntitled(back.state, session.id);
    } else if (journal !== null && (options.discard || session.lock === null)) await removeOwn(journal.file);
    await session.lock?.release();
    session.lock = null;
  });
}
