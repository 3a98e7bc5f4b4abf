import { Gauge, type LucideIcon, Upload, Workflow } from 'lucide-react';
import { type Screen, setState, useStudio } from '../state/state.ts';
import { keyText } from './keys.ts';
import { onMac } from './machine.ts';

const screens: readonly {
  readonly screen: Screen;
  readonly label: string;
  readonly Icon: LucideIcon;
  readonly key: string;
}[] = [
  { screen: 'design', label: 'Design', Icon: Workflow, key: 'F8' },
  { screen: 'profile', label: 'Profile', Icon: Gauge, key: 'F8' },
  { screen: 'export', label: 'Export', Icon: Upload, key: 'F9' },
];

/** The screens of one pipeline: made, measured, shipped. */
export function ScreenSwitch() {
  const now = useStudio((s) => s.screen);
  return (
    <nav className="screen-switch" aria-label="Screens">
      {screens.map(({ screen, label, Icon, key }) => (
        <button
          key={screen}
          type="button"
          aria-current={screen === now ? 'page' : undefined}
          title={screen === now ? undefined : `${label} screen (${keyText(key, onMac())})`}
          onClick={() => setState({ screen })}
        >
          <Icon size={14} aria-hidden="true" />
          {label}
        </button>
      ))}
    </nav>
  );
}
