import type { Session } from './sessions.ts';

/** Who else has a session's file open, in words; null when nobody has. */
export function holderText(session: Session): string | null {
  if (session.otherSession) return 'Another window of this studio has it open.';
  const holder = session.otherHolder;
  if (holder === null) return null;
  const since = new Date(holder.since);
  const day = since.toDateString() === new Date().toDateString() ? '' : `${since.toISOString().slice(0, 10)} `;
  const time = `${String(since.getHours()).padStart(2, '0')}:${String(since.getMinutes()).padStart(2, '0')}`;
  const who = holder.user === '' ? 'Another Tributary' : `Another Tributary (${holder.user}, process ${holder.pid})`;
  return `${who} on ${holder.host} has had it open since ${day}${time}.`;
}
