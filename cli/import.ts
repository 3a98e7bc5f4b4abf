import path from 'node:path';
import type { Command } from 'commander';
import { openArchive } from '../host/bundle/openArchive.ts';
import { makeProgress } from './progress.ts';
import { makeVoice, print } from './report.ts';
import { cancelOnSignal } from './run.ts';
import { printable, sign } from './terminal.ts';

interface ImportOptions {
  readonly output?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const help = `
Nothing of an archive is trusted: names that lead out of the folder, links, names that are one on some systems, and files
that unpack to far more than they are, are refused before anything is written; then every file is held against its hash.

Examples:
  tributary import scenes-1.zip
  tributary import scenes-1.zip -o here/scenes`;

export function addImport(program: Command): Command {
  return program
    .command('import')
    .description('Open an archive that `export --target config` made.')
    .argument('<archive>', 'the .zip file')
    .option('-o, --output <folder>', 'a folder that is new or empty (default: named like the archive)')
    .option('--json', 'print what was opened as JSON')
    .option('-q, --quiet', 'print no progress')
    .option('--debug', 'print causes and stacks')
    .addHelpText('after', help)
    .action(importArchive);
}

async function importArchive(archive: string, options: ImportOptions): Promise<void> {
  const voice = makeVoice(options);
  const progress = makeProgress(voice.err, voice.quiet);
  const { signal, release } = cancelOnSignal();
  const folder = path.resolve(options.output ?? path.basename(archive).replace(/\.zip$/i, ''));
  try {
    const onFile = (done: number, of: number, file: string): void => progress.show(done, of, `unpacking ${file}`);
    const { manifest, opened } = await openArchive(archive, folder, { signal, onFile });
    progress.clear();
    if (voice.json) {
      const { name, title, version, contentHash } = manifest;
      return await print(JSON.stringify({ folder, document: opened.file, name, title, version, contentHash }, null, 2));
    }
    const files = `${manifest.files.length} files, each as it was exported`;
    await print(
      `${printable(manifest.title)} ${manifest.version}: ${files} ${sign(voice.out, 'arrow')} ${printable(opened.file)}`,
    );
  } finally {
    progress.clear();
    release();
  }
}
