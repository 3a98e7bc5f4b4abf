import { File, FolderOpen, Keyboard, Plus, TerminalSquare } from 'lucide-react';
import { runCommand } from '../shell/commandMenu.ts';
import { Keys } from '../shell/Keys.tsx';
import { Logo } from '../shell/Logo.tsx';
import { useStudio } from '../state/state.ts';
import { MachineDevices } from './MachineDevices.tsx';
import { RecentFiles } from './RecentFiles.tsx';

/** What it is, how to begin, what was open before, and what this machine has. */
export function Rail() {
  const about = useStudio((s) => s.about);
  return (
    <aside className="rail" aria-label="Begin">
      <div className="rail-logo">
        <Logo size={28} />
        <h1>Tributary</h1>
      </div>
      <p className="rail-version quiet">{about === null ? 'Connecting…' : `${about.version}, ${about.runtime}`}</p>
      <div className="rail-actions">
        <button type="button" className="button primary large" onClick={() => runCommand('file.new')}>
          <Plus size={16} aria-hidden="true" />
          New pipeline
          <Keys keys={['Mod+Alt+N']} />
        </button>
        <button type="button" className="button large" onClick={() => runCommand('file.open')}>
          <FolderOpen size={16} aria-hidden="true" />
          Open…
          <Keys keys={['Mod+O']} />
        </button>
      </div>
      <RecentFiles />
      <MachineDevices />
      <nav className="rail-links" aria-label="Help">
        <button type="button" onClick={() => runCommand('view.commands')}>
          <TerminalSquare size={16} aria-hidden="true" />
          Commands
          <Keys keys={['Mod+K']} />
        </button>
        <button type="button" onClick={() => runCommand('help.keys')}>
          <Keyboard size={16} aria-hidden="true" />
          Keyboard map
          <Keys keys={['?']} />
        </button>
        <button type="button" onClick={() => runCommand('help.about')}>
          <File size={16} aria-hidden="true" />
          About
        </button>
      </nav>
    </aside>
  );
}
