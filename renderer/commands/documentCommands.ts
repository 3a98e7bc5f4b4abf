import { redo, undo } from '../state/edits.ts';
import { closeDocument, newDocument, openWithDialog, pickPath, save, saveAs } from '../state/sessions.ts';
import type { Command } from './command.ts';

export const documentCommands: readonly Command[] = [
  { id: 'file.new', title: 'New pipeline', group: 'File', keys: ['Mod+Alt+N'], run: () => void newDocument() },
  { id: 'file.open', title: 'Open…', group: 'File', keys: ['Mod+O'], run: openWithDialog },
  {
    id: 'file.fromModel',
    title: 'New pipeline from a model…',
    group: 'File',
    keywords: ['onnx', 'import'],
    run: async () => {
      const model = await pickPath({ purpose: 'model' });
      if (model !== null) await newDocument(model);
    },
  },
  {
    id: 'file.save',
    title: 'Save',
    group: 'File',
    keys: ['Mod+S'],
    inFields: true,
    enabled: (s) => s.session !== null,
    run: async () => void (await save()),
  },
  {
    id: 'file.saveAs',
    title: 'Save as…',
    group: 'File',
    keys: ['Mod+Shift+S'],
    inFields: true,
    enabled: (s) => s.session !== null,
    run: async () => void (await saveAs()),
  },
  {
    id: 'file.close',
    title: 'Close pipeline',
    group: 'File',
    keys: ['Mod+Alt+W'],
    enabled: (s) => s.session !== null,
    run: closeDocument,
  },
  {
    id: 'edit.undo',
    title: (s) => (s.history.at === 0 ? 'Undo' : `Undo ${s.history.edits[s.history.at - 1].label}`),
    group: 'Edit',
    keys: ['Mod+Z'],
    enabled: (s) => s.history.at > 0 && s.session?.readOnly === false,
    run: undo,
  },
  {
    id: 'edit.redo',
    title: (s) => (s.history.at === s.history.edits.length ? 'Redo' : `Redo ${s.history.edits[s.history.at].label}`),
    group: 'Edit',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    enabled: (s) => s.history.at < s.history.edits.length && s.session?.readOnly === false,
    run: redo,
  },
];
