import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { root } from '../../rules/sources.ts';
import { tempFolder } from '../../temp-folder.ts';
import { send, until } from './client.ts';

const sample = path.join(root, 'samples/picture-classifier');
const nobody = '65534';

/** Whether a process here may be given namespaces of its own, as a container is. */
function mayUnshare(): boolean {
  try {
    execFileSync('unshare', ['--mount', '--pid', '--fork', 'mount', '-o', 'remount,bind,ro', '/'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

it('runs as PID 1, as nobody, on a root file system that cannot be written, and ends at SIGTERM (fault 75)', async () => {
  const server = [
    process.execPath,
    path.join(root, 'cli/tributary.mjs'),
    'serve',
    sample,
    ...['--port', '0', '--json', '--grace', '0'],
  ];
  const contained = mayUnshare();
  // Containers with such a root are given a scratch folder; the program that runs TypeScript here needs one.
  const scratch = tempFolder();
  const inside = `mount -t tmpfs -o mode=1777 none ${scratch} && mount -o remount,bind,ro / && exec setpriv --reuid=${nobody} --regid=${nobody} --clear-groups "$@"`;
  const command = contained
    ? ['unshare', '--mount', '--pid', '--fork', '--mount-proc', 'sh', '-c', inside, 'sh', ...server]
    : server;
  const child = spawn(command[0], command.slice(1), {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', TMPDIR: scratch },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let errors = '';
  child.stdout?.on('data', (text: Buffer) => {
    out += text.toString();
  });
  child.stderr?.on('data', (text: Buffer) => {
    errors += text.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  /** The server itself, as it is seen from outside. */
  const pid = (): number =>
    contained
      ? Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')[0])
      : (child.pid ?? 0);
  onTestFinished(() => {
    if (child.exitCode === null) process.kill(pid(), 'SIGKILL');
  });
  const line = (event: string): { readonly port: number; readonly pid: number } | undefined => {
    const found = out.split('\n').find((each) => each.includes(event));
    return found === undefined ? undefined : JSON.parse(found);
  };
  await until(() => line('"ready"') !== undefined || line('"failed"') !== undefined || child.exitCode !== null);
  expect([line('"ready"') === undefined ? out + errors : '']).toEqual(['']);
  const listening = line('"listening"');
  if (contained) {
    expect(listening?.pid).toBe(1);
    expect(readFileSync(`/proc/${pid()}/status`, 'utf8')).toMatch(new RegExp(`^Uid:\\s+${nobody}`, 'm'));
  }
  const photo = readFileSync(path.join(sample, 'media/sunset.jpg'));
  const headers = { 'content-type': 'image/jpeg' };
  const answer = await send(listening?.port ?? 0, '/predict?top=1', { method: 'POST', headers, body: photo });
  expect(answer.json().outputs).toMatchObject({ scene: { label: 'sunset sea' } });
  process.kill(pid(), 'SIGTERM');
  expect(await ended).toBe(0);
}, 300_000);
