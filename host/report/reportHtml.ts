import type { Profile } from '../../core/profile/profile.ts';
import { sliceTrace } from '../../core/profile/sliceTrace.ts';
import type { Trace } from '../../core/profile/trace.ts';
import { encodeTrace } from '../../core/profile/traceFile.ts';
import { reportPage } from './reportPage.ts';

/**
 * One HTML file that holds everything: data, script, styles. It asks nothing of the network and says so in its policy.
 * Of the trace only the runs that the report shows go in.
 */
export async function reportHtml(profile: Profile, trace: Trace | null): Promise<string> {
  const { script, styles } = await reportPage();
  const { median, p95, slowest } = profile.measured.shown;
  const runs = [...new Set([median, p95, slowest])].filter((run) => run >= 0);
  const shown =
    trace === null || runs.length === 0
      ? null
      : { runs, bytes: Buffer.from(encodeTrace(sliceTrace(trace, runs))).toString('base64') };
  const title = escapeHtml(`${profile.document.name}: profile of ${profile.createdAt.slice(0, 10)}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; connect-src 'none'">
<title>${title}</title>
<style>${styles.replaceAll('</style', '<\\/style')}</style>
</head>
<body>
<div id="report"></div>
<script type="application/json" id="profile">${scriptJson(profile)}</script>
<script type="application/json" id="trace">${scriptJson(shown)}</script>
<script>${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}

/** JSON that cannot end its script element, whatever names it holds. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
