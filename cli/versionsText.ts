import { printableLine, sign, styled, type Terminal, tableLines } from './terminal.ts';
import type { JournalRow, VersionRow } from './versionsWork.ts';

/** A line for each version: what it gets, and how it fares. */
export function versionsText(versions: readonly VersionRow[], terminal: Terminal): string {
  const rows = versions.map((one) => [
    printableLine(one.version, 64),
    one.state,
    one.shadow ? 'copies' : percent(one.weight),
    one.tried ? 'on trial' : one.weight > 0 ? 'in service' : one.shadow ? 'shadow' : 'stands by',
    String(one.answered),
    String(one.failed),
    comparedText(one),
  ]);
  const [title, ...lines] = tableLines([
    ['version', 'state', 'share', 'role', 'answered', 'failed', 'compared with the others'],
    ...rows,
  ]);
  const problems = versions.flatMap(({ version, problem }) =>
    problem === undefined
      ? []
      : [`${styled(terminal, 'yellow', sign(terminal, 'warning'))} ${printableLine(`${version}: ${problem}`, 400)}`],
  );
  return [styled(terminal, 'dim', title), ...lines, ...problems].join('\n');
}

/** What happened, a line each. Times are UTC. */
export function journalText(entries: readonly JournalRow[], terminal: Terminal): string {
  if (entries.length === 0) return 'Nothing has happened yet.';
  const rows = entries.map(({ at, event, version, words }) => [
    at.slice(0, 19).replace('T', ' '),
    event,
    printableLine(version, 64),
    printableLine(words, 400),
  ]);
  const [title, ...lines] = tableLines([['time (UTC)', 'event', 'version', ''], ...rows]);
  return [styled(terminal, 'dim', title), ...lines].join('\n');
}

function comparedText({ compared, different, largestDifference, dropped }: VersionRow): string {
  if (compared === 0 && dropped === 0) return '';
  const left = dropped === 0 ? '' : `, ${dropped} copies left out`;
  const most = different === 0 ? '' : `, by up to ${largestDifference.toPrecision(2)}`;
  return `${different} of ${compared} differ${most}${left}`;
}

/** As exact as it was given: a canary may get a thousandth. */
function percent(weight: number): string {
  return `${Number((100 * weight).toFixed(3))} %`;
}
