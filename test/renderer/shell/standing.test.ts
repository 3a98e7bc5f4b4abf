import { describe, expect, it } from 'vitest';
import { standingOf } from '../../../renderer/shell/standing.ts';
import type { OpenSession } from '../../../renderer/state/state.ts';

const session: OpenSession = {
  id: 'a',
  path: '/p/a.tributary.json',
  folder: '/p',
  readOnly: false,
  alsoOpen: null,
  recovered: false,
  savedAt: 0,
  onDisk: 'same',
  warnings: [],
};

describe('how the document stands with its file', () => {
  it('says the weightiest thing', () => {
    expect(standingOf(session, false).word).toBe('Saved');
    expect(standingOf(session, true).word).toBe('Edited');
    expect(standingOf({ ...session, path: null }, true).word).toBe('Not saved');
    expect(standingOf({ ...session, recovered: true }, true).word).toBe('Recovered');
    expect(standingOf({ ...session, recovered: true }, false).word).toBe('Saved');
    expect(standingOf({ ...session, readOnly: true }, false).word).toBe('Read only');
    expect(standingOf({ ...session, readOnly: true, alsoOpen: 'another window' }, false).word).toBe(
      'Also open in another window',
    );
    expect(standingOf({ ...session, onDisk: 'changed', alsoOpen: 'another window' }, true).word).toBe(
      'Changed on disk',
    );
    expect(standingOf({ ...session, onDisk: 'gone' }, false).word).toBe('Gone from disk');
  });

  it('tells apart whether choosing is needed', () => {
    const changed = { ...session, onDisk: 'changed' } as const;
    expect(standingOf(changed, true).explained).not.toBe(standingOf(changed, false).explained);
  });
});
