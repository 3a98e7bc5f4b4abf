import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The script and the styles of the report's page, to be put into one file with its data. */
export interface ReportPage {
  readonly script: string;
  readonly styles: string;
}

let page: Promise<ReportPage> | null = null;

/** Read once per process: from dist/ beside the bundle, or made from the sources where there is no bundle. */
export function reportPage(): Promise<ReportPage> {
  page ??= import.meta.url.endsWith('.js') ? built() : made();
  page.catch(() => {
    page = null;
  });
  return page;
}

async function built(): Promise<ReportPage> {
  const [script, styles] = await Promise.all(
    ['./report/main.js', './report/main.css'].map((file) => readFile(new URL(file, import.meta.url), 'utf8')),
  );
  return { script, styles };
}

async function made(): Promise<ReportPage> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../renderer/report/main.tsx', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'iife',
    jsx: 'automatic',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    outdir: 'report',
    write: false,
    logLevel: 'error',
  });
  const textOf = (ending: string) => outputFiles.find((file) => file.path.endsWith(ending))?.text ?? '';
  return { script: textOf('.js'), styles: textOf('.css') };
}
