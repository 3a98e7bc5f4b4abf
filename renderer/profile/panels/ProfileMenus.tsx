import { ChevronDown, Download, GitCompare } from 'lucide-react';
import type { Profile, ProfileSummary } from '../../../core/profile/profile.ts';
import type { ExportFormat } from '../../../core/studio/api.ts';
import { startFusedCompare } from '../../compiled/fusedCompare.ts';
import type { MenuItem } from '../../shell/Menu.tsx';
import { MenuButton } from '../../shell/MenuButton.tsx';
import { state } from '../../state/state.ts';
import { startCompare } from '../jobs.ts';
import { profiling, setProfiling } from '../profileState.ts';
import { compareProfiles, exportProfile } from '../profiles.ts';
import { isStale } from '../stale.ts';
import { summaryTitle } from '../summaryWords.ts';

const formats: readonly { readonly format: ExportFormat; readonly label: string; readonly note: string }[] = [
  { format: 'html', label: 'HTML report', note: 'One file that opens anywhere' },
  { format: 'json', label: 'JSON', note: 'Everything that was measured' },
  { format: 'csv', label: 'CSV', note: 'One row per node' },
  { format: 'chrome', label: 'Chrome trace', note: 'For Perfetto and chrome://tracing' },
  { format: 'otlp', label: 'OpenTelemetry spans', note: 'OTLP as JSON' },
];

/** Compare and export. */
export function ProfileMenus({ profile }: { readonly profile: Profile }) {
  return (
    <span className="strip-menus">
      <MenuButton label="Compare with" className="button" side="right" items={() => compareItems(profile)}>
        <GitCompare size={14} aria-hidden="true" />
        <span className="strip-word">Compare</span>
        <ChevronDown size={12} aria-hidden="true" />
      </MenuButton>
      <MenuButton label="Export the profile" className="button" side="right" items={exportItems}>
        <Download size={14} aria-hidden="true" />
        <span className="strip-word">Export</span>
        <ChevronDown size={12} aria-hidden="true" />
      </MenuButton>
    </span>
  );
}

function exportItems(): readonly MenuItem[] {
  return formats.map(({ format, label, note }) => ({
    id: format,
    label,
    note,
    run: () => void exportProfile(format),
  }));
}

const mostListed = 8;

function compareItems(profile: Profile): readonly MenuItem[] {
  const others: readonly ProfileSummary[] = (profiling().list ?? []).filter((one) => one.id !== profile.id);
  const busy = profiling().job === null ? {} : { whyNot: 'The profiler is at work' };
  const same = isStale(profile, state().document) ? {} : { whyNot: 'The pipeline was not edited since' };
  return [
    {
      id: 'now',
      label: 'The pipeline as it is now',
      note: 'Measures both in turns: the surest way',
      ...same,
      ...busy,
      run: () => void startCompare(),
    },
    {
      id: 'fused',
      label: 'Its compiled form',
      note: 'Runs it node by node and compiled, in turns',
      ...busy,
      run: () => void startFusedCompare(),
    },
    ...others.slice(0, mostListed).map(
      (other, i): MenuItem => ({
        id: other.id,
        label: summaryTitle(other),
        note: `p50 ${other.p50.toFixed(1)} ms, p95 ${other.p95.toFixed(1)} ms`,
        apart: i === 0,
        run: () => {
          // The older one is what it was before.
          const [before, after] = other.createdAt < profile.createdAt ? [other.id, profile.id] : [profile.id, other.id];
          void compareProfiles(before, after);
        },
      }),
    ),
    {
      id: 'all',
      label: 'All profiles…',
      apart: true,
      run: () => setProfiling({ table: 'profiles' }),
    },
  ];
}
