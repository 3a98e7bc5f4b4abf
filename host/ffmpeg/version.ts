import { type Environment, findTool } from './find.ts';
import { startTool } from './process.ts';

const versions = new Map<string, Promise<number>>();

/** Major and minor as one number (5.1 is 501); builds from a checkout, which have no number, count as new. Asked once for each program. */
export async function toolVersion(command: string, signal: AbortSignal): Promise<number> {
  const known = versions.get(command) ?? ask(command, signal);
  versions.set(command, known);
  return known.catch((error: unknown) => {
    versions.delete(command);
    throw error;
  });
}

async function ask(command: string, signal: AbortSignal): Promise<number> {
  const tool = startTool(command, ['-hide_banner', '-version'], {
    name: 'the version of ffmpeg',
    signal,
    silentMs: 10_000,
  });
  try {
    let text = '';
    for await (const chunk of tool.stdout) text += (chunk as Buffer).toString('latin1');
    await tool.finished();
    const found = /version n?(\d+)\.(\d+)/.exec(text);
    return found === null ? 9900 : Number(found[1]) * 100 + Number(found[2]);
  } catch (error) {
    throw tool.interruption() ?? error;
  } finally {
    await tool.stop();
  }
}

/** The program to start, its version, and what to warn of. */
export async function findFfmpeg(
  env: Environment,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly version: number; readonly warning: string | null }> {
  const tool = await findTool('ffmpeg', env);
  return { path: tool.path, version: await toolVersion(tool.path, signal), warning: tool.warning };
}
