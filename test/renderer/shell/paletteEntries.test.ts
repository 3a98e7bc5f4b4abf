import { describe, expect, it } from 'vitest';
import type { NodeSpec } from '../../../core/studio/catalog.ts';
import { commands } from '../../../renderer/commands/commands.ts';
import { paletteEntries, searchEntries } from '../../../renderer/shell/paletteEntries.ts';
import { emptyDocument, type StudioState, state } from '../../../renderer/state/state.ts';

function spec(type: string, title: string, keywords: readonly string[]): NodeSpec {
  const family = type.split('.')[0];
  const none = { version: 1, summary: '', details: '', inputs: [], outputs: [], dynamicPorts: false, params: {} };
  return { ...none, type, title, keywords, family, external: null, publishes: false, own: false };
}
const open: StudioState = {
  ...state(),
  session: {
    id: 'a',
    path: null,
    folder: '/p',
    readOnly: false,
    alsoOpen: null,
    recovered: false,
    savedAt: 0,
    onDisk: 'same',
    warnings: [],
  },
  specs: new Map([
    ['image.centreCrop', spec('image.centreCrop', 'Centre crop', ['cut'])],
    ['image.resize', spec('image.resize', 'Resize', ['scale'])],
  ]),
  document: {
    ...emptyDocument,
    nodes: [
      { id: 'cut', type: 'image.centreCrop', version: 1, params: {}, position: { x: 0, y: 0 }, label: 'Middle' },
      { id: 'odd', type: 'gone.node', version: 1, params: {}, position: { x: 0, y: 0 } },
    ],
  },
};

describe('the palette of commands', () => {
  const entries = paletteEntries(commands, open);

  it('has every command once, every node type to add and every node to go to', () => {
    expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length);
    for (const command of commands) expect(entries.filter((entry) => entry.id === command.id)).toHaveLength(1);
    expect(entries.find((entry) => entry.title === 'Add Centre crop')?.does).toEqual({ add: 'image.centreCrop' });
    expect(entries.find((entry) => entry.title === 'Go to Middle')?.does).toEqual({ goTo: 'cut' });
    expect(entries.find((entry) => entry.title === 'Go to gone.node')).toBeDefined();
  });

  it('has commands only while nothing is open', () => {
    expect(paletteEntries(commands, state())).toHaveLength(commands.length);
  });

  it('finds by title, by keyword and by type, and not by letters strewn about', () => {
    expect(searchEntries(entries, 'crop', [])[0].entry.title).toBe('Add Centre crop');
    expect(searchEntries(entries, 'scale', [])[0].entry.title).toBe('Add Resize');
    expect(searchEntries(entries, 'image.resize', [])[0].entry.title).toBe('Add Resize');
    expect(searchEntries(entries, 'middle', [])[0].entry.title).toBe('Go to Middle');
    expect(searchEntries(entries, 'qzx', [])).toEqual([]);
  });

  it('shows what was used last first, then commands; what cannot be done keeps its reason', () => {
    const shown = searchEntries(entries, '', ['file.open', 'add:image.resize']);
    expect(shown.slice(0, 2).map(({ entry }) => entry.id)).toEqual(['file.open', 'add:image.resize']);
    expect(shown.filter(({ entry }) => entry.id === 'file.open')).toHaveLength(1);
    expect(entries.find((entry) => entry.id === 'edit.undo')?.whyNot).toBe('Nothing was done yet');
  });

  it('offers nothing to add to what is read only', () => {
    const readOnly = paletteEntries(commands, { ...open, session: { ...open.session!, readOnly: true } });
    expect(readOnly.find((entry) => entry.title === 'Add Resize')?.whyNot).toBeDefined();
  });
});
