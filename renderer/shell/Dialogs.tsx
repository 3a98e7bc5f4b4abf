import { lazy, Suspense } from 'react';
import { setState, useStudio } from '../state/state.ts';
import { AboutDialog } from './AboutDialog.tsx';
import { AskDialog } from './AskDialog.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { FilesDialog } from './FilesDialog.tsx';
import { FindDialog } from './FindDialog.tsx';
import { KeysDialog } from './KeysDialog.tsx';

// The first screen opens without what is wanted now and then.
const CompileDialog = lazy(async () => ({ default: (await import('../compiled/CompileDialog.tsx')).CompileDialog }));
const ShrinkDialog = lazy(async () => ({ default: (await import('../shrink/ShrinkDialog.tsx')).ShrinkDialog }));

/** The dialog that is open, if any. */
export function Dialogs() {
  const dialog = useStudio((s) => s.dialog);
  if (dialog === null) return null;
  const close = (): void => setState({ dialog: null });
  switch (dialog.dialog) {
    case 'commands':
      return <CommandPalette onClose={close} />;
    case 'find':
      return <FindDialog onClose={close} />;
    case 'keys':
      return <KeysDialog onClose={close} />;
    case 'about':
      return <AboutDialog onClose={close} />;
    case 'shrink':
      return (
        <Suspense fallback={null}>
          <ShrinkDialog onClose={close} />
        </Suspense>
      );
    case 'compile':
      return (
        <Suspense fallback={null}>
          <CompileDialog onClose={close} />
        </Suspense>
      );
    case 'files':
      return <FilesDialog ask={dialog} />;
    case 'ask':
      return <AskDialog ask={dialog} />;
  }
}
