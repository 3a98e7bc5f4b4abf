import { createHash } from 'node:crypto';
import { plainPagePolicy } from './securityHeaders.ts';

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:15vh auto;padding:0 1.5em;color-scheme:light dark}h1{font-size:1.25em}code{font:0.95em ui-monospace,monospace}';

export interface PlainPage {
  readonly html: string;
  readonly policy: string;
}

/** Shown to a browser that was not let in. */
export const notLetIn = page(
  'This browser is not let in',
  'The address with its token works once, for the browser that opens it first.',
  'If you came here from a link on another page, <a href="/">open the studio</a>. Otherwise press Enter in the terminal where <code>tributary studio</code> runs and open the address that it prints, or start it again.',
);

/** Shown when there is no built page to show. */
export const notBuilt = page(
  'The studio is not built',
  'The back end runs, but <code>dist/renderer</code> holds no page.',
  'Run <code>npm run build</code> in the folder of Tributary and reload.',
);

/** Goes on to an address of our own, which must be encoded. */
export function goOn(address: string): PlainPage {
  const refresh = `<meta http-equiv="refresh" content="0;url=${address}">`;
  return page('The studio opens', `<a href="${address}">Open the studio</a>`, '', refresh);
}

function page(title: string, what: string, how: string, head = ''): PlainPage {
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${head}<title>${title} · Tributary</title><style>${style}</style></head>
<body><h1>${title}</h1><p>${what}</p><p>${how}</p></body>
</html>
`;
  return { html, policy: plainPagePolicy(`sha256-${createHash('sha256').update(style).digest('base64')}`) };
}
