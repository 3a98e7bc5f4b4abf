import { spawn } from 'node:child_process';

type Env = Readonly<Record<string, string | undefined>>;

/** Why no browser can be opened here, in words; null when one may be there. */
export function whyNoBrowser(env: Env = process.env, platform: NodeJS.Platform = process.platform): string | null {
  if (env['CI'] !== undefined && env['CI'] !== '' && env['CI'] !== 'false') return 'CI is set';
  if (env['SSH_CONNECTION'] !== undefined) return 'this is a remote session';
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return 'there is no display';
  return null;
}

/** The program that opens an address, with its arguments. None of them reads the address as anything else. */
export function openCommand(address: string, platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open', address];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', address];
  return ['xdg-open', address];
}

/** Opens an http address in the person's browser. Resolves to false when that could not be started. */
export function openAddress(address: string): Promise<boolean> {
  const { protocol } = new URL(address);
  if (protocol !== 'http:' && protocol !== 'https:') return Promise.resolve(false);
  return new Promise((resolve) => {
    const [program, ...args] = openCommand(address, process.platform);
    const child = spawn(program, args, { detached: true, stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
