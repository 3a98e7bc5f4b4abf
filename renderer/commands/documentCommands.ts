import { openCompile } from '../compiled/compileFiles.ts';
import { isUnsaved, redo, undo } from '../state/edits.ts';
import {
  ask,
  closeDocument,
  newDocument,
  openWithDialog,
  pickPath,
  reloadDocument,
  save,
  saveAs,
} from '../state/sessions.ts';
import { toast } from '../state/toasts.ts';
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
    id: 'file.compile',
    title: 'Compile to ONNX…',
    group: 'File',
    keys: ['Mod+Alt+B'],
    keywords: ['export', 'onnx', 'one file', 'lower', 'build'],
    enabled: (s) => s.session !== null && s.document.nodes.length > 0,
    whyNot: (s) => (s.session === null ? 'No pipeline is open' : 'There are no nodes yet'),
    run: openCompile,
  },
  {
    id: 'file.reload',
    title: 'Reload from disk',
    group: 'File',
    keywords: ['refresh', 'changed on disk'],
    enabled: (s) => s.session !== null && s.session.path !== null,
    whyNot: (s) => (s.session === null ? 'No pipeline is open' : 'It has no file yet'),
    run: () => takeFromDisk('Take the file on disk?'),
  },
  {
    id: 'file.revert',
    title: 'Revert to the saved file…',
    group: 'File',
    keywords: ['discard changes', 'throw away'],
    enabled: (s) => s.session !== null && s.session.path !== null && s.session.savedAt !== s.history.at,
    whyNot: (s) =>
      s.session === null
        ? 'No pipeline is open'
        : s.session.path === null
          ? 'It has no file yet'
          : 'It is as it was saved',
    run: () => takeFromDisk('Revert to the saved file?'),
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
    whyNot: (s) => (s.session?.readOnly ? 'Open for reading only' : 'Nothing was done yet'),
    run: undo,
  },
  {
    id: 'edit.redo',
    title: (s) => (s.history.at === s.history.edits.length ? 'Redo' : `Redo ${s.history.edits[s.history.at].label}`),
    group: 'Edit',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    enabled: (s) => s.history.at < s.history.edits.length && s.session?.readOnly === false,
    whyNot: (s) => (s.session?.readOnly ? 'Open for reading only' : 'Nothing was undone'),
    run: redo,
  },
];

async function takeFromDisk(title: string): Promise<void> {
  if (isUnsaved()) {
    const choice = await ask(title, 'Your changes since the last save would go, undo included.', [
      { label: 'Save under another name', value: 'as', primary: true },
      { label: 'Throw my changes away', value: 'reload' },
    ]);
    if (choice === 'as') await saveAs();
    if (choice !== 'reload') return;
  }
  if (await reloadDocument()) toast({ tone: 'ok', text: 'This is the file as it is on disk.' });
}
