import path from 'node:path';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { Problem } from '../../../core/problems/problem.ts';
import type { Shrunk, ShrunkFile, ShrunkStanding } from '../../../core/studio/shrinkingCalls.ts';
import { copyNew } from '../../../host/files/copyNew.ts';
import { removeMade } from '../../../host/models/makeFiles.ts';
import type { ShrinkAnswer } from '../../../host/shrink/pipeline.ts';
import type { Session } from '../sessions.ts';

/** What a shrinking job made. */
interface Kept {
  readonly answer: ShrinkAnswer;
  /** Where its files were made. */
  readonly folder: string;
  standing: ShrunkStanding;
}

/** Results of shrinking, whose files wait for a person to say what becomes of them: one for each session. */
export interface ShrunkFiles {
  put(session: Session, job: string, folder: string, answer: ShrinkAnswer): void;
  /** Throws `usage` for a job that made nothing, or whose result another took the place of. */
  get(session: Session, job: string): Shrunk;
  /** The same as it came from the engine. Throws `usage` also once the files were taken away. */
  answer(session: Session, job: string): ShrinkAnswer;
  /** The files stay, and are in the session's folder as it is now. */
  settle(session: Session, job: string, standing: 'applied' | 'kept'): Promise<void>;
  /** Throws `usage` when the pipeline was given the models. */
  discard(session: Session, job: string): Promise<void>;
  /** The session ends, or shrinks anew: files that nobody decided about go. */
  forget(session: Session): Promise<void>;
}

export function makeShrunkFiles(): ShrunkFiles {
  const all = new Map<string, Kept & { readonly job: string }>();

  function kept(session: Session, job: string): Kept {
    const found = all.get(session.id);
    if (found?.job === job) return found;
    throw new Problem('usage', {
      message: 'There is no result of that shrinking any more.',
      fix: 'Shrink the models again.',
    });
  }

  /** Those that the document has come to name stay: somebody uses them. */
  async function remove({ answer, folder }: Kept, document: PipelineDocument): Promise<void> {
    const named = new Set(document.nodes.flatMap((node) => Object.values(node.params)));
    await removeMade(
      folder,
      madeFiles(answer).filter((file) => !named.has(file.path)),
    );
  }

  async function forget(session: Session): Promise<void> {
    const found = all.get(session.id);
    all.delete(session.id);
    if (found?.standing === 'waiting') await remove(found, session.edited.document);
  }

  function there(session: Session, job: string): Kept {
    const found = kept(session, job);
    if (found.standing !== 'discarded') return found;
    throw new Problem('usage', { message: 'Its files were taken away.', fix: 'Shrink the models again.' });
  }

  return {
    put: (session, job, folder, answer) => {
      all.set(session.id, { job, folder, answer, standing: 'waiting' });
    },
    get: (session, job) => {
      const { answer, standing } = kept(session, job);
      return { report: answer.report, files: filesOf(answer), standing };
    },
    answer: (session, job) => there(session, job).answer,
    settle: async (session, job, standing) => {
      const found = there(session, job);
      const { answer, folder } = found;
      // The pipeline may have been saved into another folder since.
      if (folder !== session.folder)
        for (const file of answer.made)
          await copyNew(path.join(folder, file.path), path.join(session.folder, file.path));
      found.standing = standing;
    },
    discard: async (session, job) => {
      const found = kept(session, job);
      if (found.standing === 'applied')
        throw new Problem('usage', {
          message: 'The pipeline was given these models: their files stay, so that undo and redo work.',
          fix: 'Undo it, and remove the files by hand when you are sure.',
        });
      await remove(found, session.edited.document);
      found.standing = 'discarded';
    },
    forget,
  };
}

/** What `removeMade` takes. */
function madeFiles({ made, report }: ShrinkAnswer) {
  return made.map((file) => ({ ...file, how: report.to }));
}

function filesOf({ made }: ShrinkAnswer): readonly ShrunkFile[] {
  return made.map(({ path: file, from, sha256 }) => ({ path: file, from, sha256 }));
}
