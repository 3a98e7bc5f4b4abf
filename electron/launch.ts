import path from 'node:path';

/**
 * The files that a command line asks to open: `tributary a.tributary.json`. The program itself, its script when it is not
 * packaged, and every switch (Chromium adds some of its own) are left out.
 */
export function filesOf(argv: readonly string[], packaged: boolean, folder: string): readonly string[] {
  return argv
    .slice(packaged ? 1 : 2)
    .filter((argument) => argument !== '' && !argument.startsWith('-') && argument.endsWith('.tributary.json'))
    .map((file) => path.resolve(folder, file));
}

/** Folders of the user's own nodes: `--nodes folder` or `--nodes=folder`, as the command takes them. Naming one trusts it. */
export function nodeFoldersOf(argv: readonly string[], folder: string): readonly string[] {
  return argv.flatMap((argument, i) => {
    const named = argument === '--nodes' ? argv[i + 1] : /^--nodes=(.+)$/s.exec(argument)?.[1];
    return named === undefined || named === '' || named.startsWith('-') ? [] : [path.resolve(folder, named)];
  });
}
