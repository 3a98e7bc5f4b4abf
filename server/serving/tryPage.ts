import { createHash } from 'node:crypto';
import type { Checked } from '../../core/check/checked.ts';
import { escaped, pipelineDrawing } from '../../core/serve/drawing.ts';
import type { DescribedPipeline } from '../../core/serve/openapi.ts';
import type { SignatureInput } from '../../core/serve/signature.ts';
import { tryPageScript } from './tryPageScript.ts';
import { tryPageStyle } from './tryPageStyle.ts';

export interface TryPage {
  readonly html: string;
  /** Content-Security-Policy that lets in this page's own script and style, and nothing else. */
  readonly policy: string;
}

const policy = [
  "default-src 'none'",
  `script-src '${sha256(tryPageScript)}'`,
  `style-src '${sha256(tryPageStyle)}'`,
  'img-src data: blob:',
  'media-src data: blob:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A page to try a pipeline on: the pipeline drawn, a field for each input, answers as they look. It fetches nothing but answers. */
export function tryPage({ name, version, signature }: DescribedPipeline, checked: Checked): TryPage {
  const { title, description, inputs, outputs } = signature;
  const told = {
    path: `/v1/pipelines/${encodeURIComponent(name)}/predict`,
    inputs: inputs.map((input) => ({ name: input.name, kind: input.kind })),
    outputs: outputs.map((output) => ({
      name: output.name,
      kind: output.kind,
      doc: output.doc,
      many: output.type.sequence.count === 'many',
    })),
  };
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>${tryPageStyle}</style>
</head>
<body>
<header>
<h1>${escaped(title)}</h1>
<span class="about">version ${escaped(version)}</span>
<span class="spring"></span>
<span class="state" id="state" role="status">loading</span>
<a href="/openapi.json">OpenAPI</a>
</header>
<main>
<section class="wide drawing" aria-label="The pipeline">
${description === '' ? '' : `<p class="doc">${escaped(description)}</p>`}
${pipelineDrawing(checked)}
</section>
<section>
<h2>Try it</h2>
<form id="form">
${inputs.map(fieldHtml).join('\n')}
<div class="row"><button class="first" id="send" type="submit">Predict</button><button id="stop" type="button" hidden>Cancel</button></div>
</form>
</section>
<section>
<h2>Answer</h2>
<div id="answers" aria-live="polite"><p class="doc">What comes out will stand here.</p></div>
</section>
<section class="wide">
<div class="row"><h2>The same from a terminal</h2><span class="spring"></span><button id="copy" type="button">Copy</button></div>
<pre id="command" tabindex="0"></pre>
</section>
</main>
<script type="application/json" id="pipeline">${scriptJson(told)}</script>
<script>${tryPageScript}</script>
</body>
</html>
`;
  return { html, policy };
}

function fieldHtml({ name, kind, doc }: SignatureInput, at: number): string {
  const id = `input-${at}`;
  const about = doc === '' ? '' : `<div class="doc">${escaped(doc)}</div>`;
  const badge = `<span class="kind">${kind}</span>`;
  const attributes = `class="field kind-${kind === 'folder' ? 'image' : kind}" data-input="${at}"`;
  if (kind === 'text' || kind === 'json')
    return `<div ${attributes}><label for="${id}">${escaped(name)}${badge}</label>${about}<textarea id="${id}" spellcheck="false"></textarea></div>`;
  const accept = kind === 'image' || kind === 'audio' || kind === 'video' ? ` accept="${kind}/*"` : '';
  const words = kind === 'folder' ? 'Drop files here, or choose them' : 'Drop a file here, or choose one';
  return `<div ${attributes}><span class="label">${escaped(name)}${badge}</span>${about}<label class="drop"><span class="words">${words}</span><input type="file" aria-label="${escaped(name)}"${accept}${kind === 'folder' ? ' multiple' : ''}></label></div>`;
}

/** JSON that cannot end its script element, whatever names it holds. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
