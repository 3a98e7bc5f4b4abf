import type { OpenSession } from '../state/state.ts';

export interface Standing {
  readonly word: string;
  readonly tone: 'quiet' | 'warning';
  /** What it means, in a sentence or two. */
  readonly explained: string;
}

/** How the open document stands with its file, the weightiest first. */
export function standingOf(session: OpenSession, unsaved: boolean): Standing {
  if (session.onDisk === 'gone')
    return {
      word: 'Gone from disk',
      tone: 'warning',
      explained:
        'The file was moved or deleted by another program. What you see is still all here: save to write it again.',
    };
  if (session.onDisk === 'changed')
    return {
      word: 'Changed on disk',
      tone: 'warning',
      explained: unsaved
        ? 'Another program changed the file, and you changed it here too. Both still exist until you choose.'
        : 'Another program changed the file. What you see is as it was before.',
    };
  if (session.alsoOpen !== null)
    return {
      word: `Also open in ${session.alsoOpen}`,
      tone: 'warning',
      explained:
        'Whoever saves last would overwrite the other, so saving asks first. Close one of the two, or go on under another name.',
    };
  if (session.readOnly)
    return {
      word: 'Read only',
      tone: 'warning',
      explained: 'You can look and run, but not change it. Save it under another name to go on from here.',
    };
  if (session.recovered && unsaved)
    return {
      word: 'Recovered',
      tone: 'warning',
      explained: 'These changes were not saved when the studio ended. They came back from the journal, undo included.',
    };
  if (unsaved)
    return {
      word: session.path === null ? 'Not saved' : 'Edited',
      tone: 'quiet',
      explained:
        'Every change is written to a journal within a second, so nothing is lost; the file itself changes when you save.',
    };
  return { word: 'Saved', tone: 'quiet', explained: 'The file on disk is what you see.' };
}
