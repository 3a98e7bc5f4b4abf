import { Menu as MenuSign, Radio, Redo2, Undo2 } from 'lucide-react';
import { titleOf } from '../commands/command.ts';
import { commandOf } from '../commands/commands.ts';
import { useStudio } from '../state/state.ts';
import { mainMenu, runCommand } from './commandMenu.ts';
import { DevicePill } from './DevicePill.tsx';
import { FileStanding } from './FileStanding.tsx';
import { ariaKeys, keyText } from './keys.ts';
import { Logo } from './Logo.tsx';
import { MenuButton } from './MenuButton.tsx';
import { onMac } from './machine.ts';
import { ProfileButton } from './ProfileButton.tsx';
import { RunButton } from './RunButton.tsx';
import { ScreenSwitch } from './ScreenSwitch.tsx';

/** File, undo, the screens, device, and what the screen is there for: run or profile. */
export function TopBar() {
  const screen = useStudio((s) => s.screen);
  return (
    <header className="top">
      <div className="top-part">
        <span className="top-logo">
          <Logo size={20} />
        </span>
        <h1 className="spoken">Tributary</h1>
        <MenuButton label="Main menu" className="icon-button" items={mainMenu}>
          <MenuSign size={16} aria-hidden="true" />
        </MenuButton>
        <FileStanding />
        <span className="top-rule" />
        <CommandButton id="edit.undo" icon={<Undo2 size={16} aria-hidden="true" />} />
        <CommandButton id="edit.redo" icon={<Redo2 size={16} aria-hidden="true" />} />
      </div>
      <ScreenSwitch />
      <div className="top-part end">
        <DevicePill />
        {screen !== 'profile' ? (
          <>
            <LiveButton />
            <RunButton />
          </>
        ) : (
          <ProfileButton />
        )}
      </div>
    </header>
  );
}

function LiveButton() {
  const live = useStudio((s) => s.live);
  return (
    <button
      type="button"
      className="button live"
      aria-pressed={live}
      title={`Live: runs by itself on every change (${keyText('Mod+Shift+L', onMac())})`}
      onClick={() => runCommand('run.live')}
    >
      <Radio size={14} aria-hidden="true" />
      Live
    </button>
  );
}

/** An icon for a command; its title says what exactly would happen. */
function CommandButton({ id, icon }: { readonly id: string; readonly icon: React.ReactNode }) {
  const command = commandOf(id);
  const title = useStudio((s) => (command === undefined ? '' : titleOf(command, s)));
  const enabled = useStudio((s) => command?.enabled?.(s) ?? true);
  const mac = onMac();
  const keys = command?.keys?.[0];
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={title}
      aria-keyshortcuts={ariaKeys(command?.keys, mac)}
      title={keys === undefined ? title : `${title} (${keyText(keys, mac)})`}
      disabled={!enabled}
      onClick={() => runCommand(id)}
    >
      {icon}
    </button>
  );
}
