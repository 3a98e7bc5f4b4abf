import type { SampleVerdict } from '../core/serve/golden.ts';
import type { PlannedExport } from '../host/bundle/planExport.ts';
import { sizeText } from '../host/files/host.ts';
import { problemLines } from './report.ts';
import { printable, sign, styled, type Terminal } from './terminal.ts';
import { verdictLines } from './verifyText.ts';

export interface ExportReport {
  readonly planned: PlannedExport;
  /** Where; null for a dry run. */
  readonly written: string | null;
  /** null: not verified. */
  readonly verdicts: readonly SampleVerdict[] | null;
}

const mostFiles = 60;

/** What was (or would be) written, whether it gives what was recorded, and what to type next. */
export function exportText({ planned, written, verdicts }: ExportReport, terminal: Terminal): string {
  const { files, bytes, problems, manifest, next } = planned;
  const own = files.filter(({ path }) => !path.startsWith('LICENSES/'));
  const rows = own
    .slice(0, mostFiles)
    .map(({ path, listed }) => `  ${sizeText(listed.bytes).padStart(9)}  ${printable(path)}`);
  const licences = files.length - own.length;
  if (own.length > mostFiles) rows.push(`             and ${own.length - mostFiles} more`);
  if (licences > 0) rows.push(`             ${licences} texts of licences`);
  const head = `${printable(manifest.title)} ${manifest.version} for ${planned.target.id}: ${files.length} files, ${sizeText(bytes)}`;
  const lines = [styled(terminal, 'bold', head), '', ...rows, ''];
  for (const problem of problems.filter(({ severity }) => severity === 'warning'))
    lines.push(...problemLines(problem, terminal), '');
  if (manifest.profile === null)
    lines.push(
      'Nothing is measured of it: `tributary profile` first, and the bundle carries figures and proposals.',
      '',
    );
  if (verdicts !== null) lines.push(...verdictLines(verdicts, terminal), '');
  if (written === null) return [...lines, 'Nothing was written.'].join('\n');
  lines.push(`content ${manifest.contentHash.slice(0, 12)} ${sign(terminal, 'arrow')} ${printable(written)}`);
  return [...lines, ...next.map((command) => `  ${command}`)].join('\n');
}

export function plannedJson(planned: PlannedExport): object {
  const { name, version, target, files, bytes, manifest, problems, next } = planned;
  return {
    name,
    version,
    target: target.id,
    bytes,
    contentHash: manifest.contentHash,
    files: files.map(({ listed }) => listed),
    problems,
    next,
  };
}
