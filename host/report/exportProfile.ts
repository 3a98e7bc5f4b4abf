import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { chromeTrace } from '../../core/profile/export/chromeTrace.ts';
import { profileCsv } from '../../core/profile/export/csv.ts';
import { otlpTraces } from '../../core/profile/export/otlp.ts';
import type { Profile } from '../../core/profile/profile.ts';
import { profileText } from '../../core/profile/profileFile.ts';
import { decodeTrace } from '../../core/profile/traceFile.ts';
import type { ExportFormat } from '../../core/studio/api.ts';
import { safeFileName } from '../files/fileNames.ts';
import { reportHtml } from './reportHtml.ts';

const forms: Readonly<Record<ExportFormat, { readonly ending: string; readonly mime: string }>> = {
  html: { ending: '.html', mime: 'text/html; charset=utf-8' },
  json: { ending: '.profile.json', mime: 'application/json' },
  csv: { ending: '.csv', mime: 'text/csv; charset=utf-8' },
  chrome: { ending: '.trace.json', mime: 'application/json' },
  otlp: { ending: '.otlp.jsonl', mime: 'application/jsonl' },
};

/** What an exported profile is called, and what it is. */
export function exportName(profile: Profile, format: ExportFormat): { readonly name: string; readonly mime: string } {
  const { ending, mime } = forms[format];
  const time = profile.createdAt.slice(0, 16).replace('T', ' ').replace(':', '.');
  return { name: safeFileName(`${profile.document.name || 'pipeline'} ${time}${ending}`), mime };
}

/**
 * A profile in another form, piece by piece: a long trace is more than should be held as text at once, and the thread
 * stays free for others in between. `trace` is asked for only by the forms that hold one.
 */
export async function* exportProfile(
  profile: Profile,
  trace: () => Promise<Uint8Array>,
  format: ExportFormat,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  if (format === 'json') yield encoder.encode(profileText(profile));
  else if (format === 'csv') yield encoder.encode(profileCsv(profile));
  else if (format === 'html') yield encoder.encode(await reportHtml(profile, decodeTrace(await trace())));
  else {
    const decoded = decodeTrace(await trace());
    const options = { createdAtMs: Date.parse(profile.createdAt), digest };
    const pieces = format === 'chrome' ? chromeTrace(profile, decoded) : otlpTraces(profile, decoded, options);
    for (const piece of pieces) {
      yield encoder.encode(piece);
      await setImmediate();
    }
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
