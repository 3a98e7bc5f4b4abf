import '../style/tokens.css';
import '../style/base.css';
import '../style/plots.css';
import '../style/timeline.css';
import './report.css';
import { createRoot } from 'react-dom/client';
import type { Profile } from '../../core/profile/profile.ts';
import { decodeTrace } from '../../core/profile/traceFile.ts';
import { Report, type ShownTrace } from './Report.tsx';

const dark = matchMedia('(prefers-color-scheme: dark)');
wear(dark.matches);
dark.addEventListener('change', () => wear(dark.matches));
addEventListener('beforeprint', () => wear(false));
addEventListener('afterprint', () => wear(dark.matches));

function wear(night: boolean): void {
  document.documentElement.dataset['theme'] = night ? 'dark' : 'light';
}

/** What the file was made with: see host/report. */
const profile = read<Profile>('profile');
const trace = read<{ readonly runs: readonly number[]; readonly bytes: string } | null>('trace');
const root = document.getElementById('report');
if (root === null) throw new Error('The page has no root element.');
createRoot(root).render(<Report profile={profile} shown={trace === null ? null : opened(trace)} />);

function read<T>(id: string): T {
  return JSON.parse(document.getElementById(id)?.textContent ?? 'null') as T;
}

function opened({ runs, bytes }: { readonly runs: readonly number[]; readonly bytes: string }): ShownTrace {
  const binary = Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0));
  return { runs, trace: decodeTrace(binary) };
}
