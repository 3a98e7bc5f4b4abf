import type { BundledPackage, ExportFile, PipelineFile } from '../target.ts';
import { oneLine } from './install.ts';

/** The licence texts of every package, and what is known of the licences of models and other files. */
export function licenceFiles(
  packages: readonly BundledPackage[],
  files: readonly PipelineFile[],
  ownLicence: string,
): readonly ExportFile[] {
  const texts = new Map<string, string>([['LICENSES/tributary.txt', ownLicence]]);
  const rows: string[] = [];
  for (const one of packages) {
    const file = one.licenceTexts.length === 0 ? null : `LICENSES/${fileName(one)}`;
    if (file !== null) texts.set(file, one.licenceTexts.join('\n\n'));
    const licence = one.licence === '' ? 'not said' : one.licence;
    const where =
      one.how === 'inlined' ? 'inside server/server.mjs' : `installed${one.optional ? ' where it fits' : ''}`;
    const row = `| ${cell(one.name)} | ${cell(one.version)} | ${cell(licence)} | ${where} | ${file === null ? 'comes with the package' : `[text](${encodeURI(file.slice('LICENSES/'.length))})`} |`;
    if (!rows.includes(row)) rows.push(row);
  }
  const models = files
    .filter(({ role }) => role !== 'media')
    .map(
      ({ path, sha256, licence, source }) =>
        `| ${cell(path)} | ${cell(licence ?? 'not recorded')} | ${cell(source ?? 'not recorded')} | ${sha256.slice(0, 12)} |`,
    );
  const readme = [
    '# Licences of what is in this bundle',
    '',
    '## Models and other files of the pipeline',
    '',
    'As the pipeline records them. What is not recorded was not told to Tributary: ask whoever made the file.',
    '',
    '| file | licence | source | sha256 |',
    '|---|---|---|---|',
    ...models,
    '',
    '## Software',
    '',
    'Tributary itself: Apache-2.0, [text](tributary.txt).',
    '',
    '| package | version | licence | where | text |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
  texts.set('LICENSES/README.md', readme);
  return [...texts].map(([path, text]) => ({ path, content: { text } }));
}

function fileName({ name, version }: BundledPackage): string {
  return `${name.replace(/^@/, '').replace(/[^A-Za-z0-9._-]+/g, '-')}-${version.replace(/[^A-Za-z0-9._-]+/g, '-')}.txt`;
}

/** Anybody's words in a cell of a table: nothing in it is Markdown. */
export function cell(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]()#+!|<>~$]/g, (sign) => `\\${sign}`);
}
