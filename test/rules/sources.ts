import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** From the project's folder, with /. */
  readonly file: string;
  readonly text: string;
}

/** Every file of the project that git knows or would add. */
export function projectFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed.split('\n').filter((file) => file !== '' && existsSync(path.join(root, file)));
}

/** TypeScript sources under these folders, generated code left out. */
export function sourcesIn(...folders: readonly string[]): readonly SourceFile[] {
  return projectFiles()
    .filter((file) => /\.(ts|tsx|mts|mjs)$/.test(file) && folders.some((folder) => file.startsWith(`${folder}/`)))
    .filter((file) => !file.includes('/gen/'))
    .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));
}

export interface Import {
  /** Package or project file (with /, from the project's folder). */
  readonly target: string;
  readonly local: boolean;
  readonly typeOnly: boolean;
}

/** What a file imports: static, re-exported and dynamic imports with a literal. */
export function importsOf({ file, text }: SourceFile): readonly Import[] {
  // A template may hold a program's text: what that imports is no import here.
  const code = withoutComments(text).replace(/(["'])(?:\\.|(?!\1)[^\\\n])*\1|`(?:\\.|[^`\\])*`/g, (part, quote) =>
    quote ? part : part.replace(/[^\n]/g, ' '),
  );
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean): void => {
    const local = specifier.startsWith('.');
    found.push({ target: local ? path.posix.join(path.posix.dirname(file), specifier) : specifier, local, typeOnly });
  };
  for (const match of code.matchAll(/^(?:import|export)\s+(type\s)?[^;'"]*?from\s+['"]([^'"]+)['"]/gm))
    add(match[2], match[1] !== undefined);
  for (const match of code.matchAll(/^import\s+['"]([^'"]+)['"]/gm)) add(match[1], false);
  for (const match of code.matchAll(/\bimport\(\s*(?:\/\*.*?\*\/\s*)?['"]([^'"]+)['"]\s*\)/g)) add(match[1], false);
  return found;
}

/** Code with comments blanked out and strings kept. Good enough for our own formatted sources. */
export function withoutComments(text: string): string {
  return text.replace(/(["'`])(?:\\.|(?!\1)[^\\])*\1|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (part, quote) =>
    quote ? part : part.replace(/[^\n]/g, ' '),
  );
}

/** Code with comments and the insides of strings blanked out; what stands in `${}` of templates goes too. */
export function bareCode(text: string): string {
  return withoutComments(text).replace(/(["'`])(?:\\.|(?!\1)[^\\])*\1/g, (part) => part.replace(/[^\n]/g, ' '));
}
