import { Gauge, type LucideIcon, Workflow } from 'lucide-react';
import { type Screen, setState, useStudio } from '../state/state.ts';
import { keyText } from './keys.ts';
import { onMac } from './machine.ts';

const screens: readonly { readonly screen: Screen; readonly label: string; readonly Icon: LucideIcon }[] = [
  { screen: 'design', label: 'Design', Icon: Workflow },
  { screen: 'profile', label: 'Profile', Icon: Gauge },
];

/** The screens of one pipeline: made here, measured there. */
export function ScreenSwitch() {
  const now = useStudio((s) => s.screen);
  return (
    <nav className="screen-switch" aria-label="Screens">
      {screens.map(({ screen, label, Icon }) => (
        <button
          key={screen}
          type="button"
          aria-current={screen === now ? 'page' : undefined}
          title={screen === now ? undefined : `${label} screen (${keyText('F8', onMac())})`}
          onClick={() => setState({ screen })}
        >
          <Icon size={14} aria-hidden="true" />
          {label}
        </button>
      ))}
    </nav>
  );
}
