import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Problem } from '../../core/problems/problem.ts';

export type ToolName = 'ffmpeg' | 'ffprobe';
export interface FoundTool {
  /** Absolute. */
  readonly path: string;
  readonly origin: 'environment' | 'PATH' | 'npm';
  /** Set for the last resort, which is too old for media that is not trusted. */
  readonly warning: string | null;
}
export type Environment = Readonly<Record<string, string | undefined>>;

const variables = { ffmpeg: 'TRIBUTARY_FFMPEG', ffprobe: 'TRIBUTARY_FFPROBE' } as const;

/**
 * Finds ffmpeg or ffprobe: named by TRIBUTARY_FFMPEG or TRIBUTARY_FFPROBE, beside a named ffmpeg, on the PATH, or from the packages
 * @ffmpeg-installer/ffmpeg and @ffprobe-installer/ffprobe where somebody installed them. Throws `tool-missing`.
 */
export async function findTool(name: ToolName, env: Environment): Promise<FoundTool> {
  const variable = variables[name];
  const named = env[variable];
  if (named) {
    if (await runnable(named)) return { path: path.resolve(named), origin: 'environment', warning: null };
    throw missing(name, `${variable} names "${named}", which is not a program that can be started`);
  }
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const beside = name === 'ffprobe' && env[variables.ffmpeg];
  if (beside) {
    const candidate = path.join(path.dirname(path.resolve(beside)), file);
    if (await runnable(candidate)) return { path: candidate, origin: 'environment', warning: null };
  }
  for (const folder of (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter)) {
    // A relative entry would let the folder of a pipeline bring its own program.
    if (!path.isAbsolute(folder)) continue;
    const candidate = path.join(folder, file);
    if (await runnable(candidate)) return { path: candidate, origin: 'PATH', warning: null };
  }
  const packaged = packagedTool(name);
  if (packaged !== null && (await runnable(packaged))) {
    return {
      path: packaged,
      origin: 'npm',
      warning: `No ${name} is on the PATH: the old build of the npm package @${name}-installer/${name} is used. Install a current ffmpeg before opening media that you do not trust.`,
    };
  }
  throw missing(name, `it is not on the PATH and ${variable} is not set`);
}

function packagedTool(name: ToolName): string | null {
  try {
    const found: unknown = createRequire(import.meta.url)(`@${name}-installer/${name}`);
    const file = typeof found === 'object' && found !== null && 'path' in found ? found.path : null;
    return typeof file === 'string' ? file : null;
  } catch {
    return null;
  }
}

async function runnable(file: string): Promise<boolean> {
  try {
    if (!(await stat(file)).isFile()) return false;
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function missing(name: ToolName, why: string): Problem {
  return new Problem('tool-missing', {
    message: `${name} is needed for this file and was not found: ${why}.`,
    fix: `Install ffmpeg (apt install ffmpeg, brew install ffmpeg, winget install ffmpeg), or set ${variables[name]} to its path. WAV files need none.`,
  });
}
