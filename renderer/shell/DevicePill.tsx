import { ChevronDown } from 'lucide-react';
import { useEffect } from 'react';
import type { RunSummary } from '../../core/studio/api.ts';
import { remember } from '../state/settings.ts';
import { setState, useStudio } from '../state/state.ts';
import { deviceName, deviceTitle, tryDevices, useDevices } from './devices.ts';
import type { MenuItem } from './Menu.tsx';
import { MenuButton } from './MenuButton.tsx';

/** Where models run: what was asked for, and what it came to in the last run. */
export function DevicePill() {
  const chosen = useStudio((s) => s.device);
  const connected = useStudio((s) => s.connected);
  const found = useDevices((s) => s.found);
  const trying = useDevices((s) => s.trying);
  const used = useStudio((s) => usedLately(s.runs));
  useEffect(() => {
    if (connected) void tryDevices();
  }, [connected]);

  const report = found?.find((d) => d.device === chosen);
  const bad = chosen !== 'auto' && report?.works === false;
  const name = report === undefined ? deviceName(chosen) : deviceTitle(report);
  const text = chosen === 'auto' && used !== '' ? `Auto · ${used}` : name;
  const led = bad ? 'error' : found === null ? 'waiting' : 'ok';
  return (
    <MenuButton
      label={['Device:', text, bad ? 'does not work' : '', trying ? 'trying…' : ''].filter(Boolean).join(' ')}
      title={bad ? (report?.problem ?? 'does not work') : `Models run on: ${text}`}
      className="pill"
      side="right"
      items={() => deviceItems(chosen)}
      onOpen={() => void tryDevices()}
    >
      <span className={`led ${led}`} aria-hidden="true" />
      <span className="pill-text">{text}</span>
      {bad && ' '}
      {bad && <span className="pill-word">does not work</span>}
      {trying && ' '}
      {trying && <span className="pill-word">trying…</span>}
      <ChevronDown size={14} aria-hidden="true" />
    </MenuButton>
  );
}

function deviceItems(chosen: string): readonly MenuItem[] {
  const { found, trying } = useDevices.getState();
  const choose = (device: string) => () => {
    setState({ device });
    remember('device', device);
  };
  return [
    {
      id: 'auto',
      label: 'Auto',
      note: 'The fastest that works, per model',
      checked: chosen === 'auto',
      radio: true,
      run: choose('auto'),
    },
    ...(found ?? []).map((report) => ({
      id: report.device,
      label: deviceTitle(report),
      checked: chosen === report.device,
      radio: true,
      // Light and word: never by hue alone.
      sign: <span className={`led ${report.works ? 'ok' : 'off'}`} aria-hidden="true" />,
      ...(report.works
        ? { note: report.problem ?? undefined, run: choose(report.device) }
        : { whyNot: report.problem ?? 'It does not start on this machine' }),
    })),
    {
      id: 'again',
      label: trying ? 'Trying the devices…' : 'Try the devices again',
      apart: true,
      run: () => void tryDevices(true),
    },
  ];
}

/** Of the newest run in which a model ran: one that came from the cache says nothing of devices. */
function usedLately(runs: readonly RunSummary[]): string {
  for (const { nodes } of runs) {
    const used = usedDevices(nodes);
    if (used !== '') return used;
  }
  return '';
}

/** The devices that really ran models in a run, as short text. */
export function usedDevices(
  nodes: Readonly<Record<string, { readonly notes: Readonly<Record<string, unknown>> }>> | undefined,
): string {
  const used = new Set<string>();
  for (const { notes } of Object.values(nodes ?? {}))
    if (typeof notes['device'] === 'string') used.add(deviceName(notes['device']));
  return [...used].join(', ');
}
