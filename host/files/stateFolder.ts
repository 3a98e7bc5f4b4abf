import os from 'node:os';
import path from 'node:path';

/**
 * Where journals, recent files and settings are kept: `TRIBUTARY_STATE` where it is set, else what the system has for
 * such things.
 */
export function stateFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = os.homedir(),
): string {
  const named = env['TRIBUTARY_STATE'];
  if (named !== undefined && named !== '') return path.resolve(named);
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Tributary', 'state');
  if (platform === 'win32') return path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'Tributary');
  const base = env['XDG_STATE_HOME'];
  // The standard wants relative values to be ignored.
  const root = base !== undefined && path.isAbsolute(base) ? base : path.join(home, '.local', 'state');
  return path.join(root, 'tributary');
}
