import { spawn } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { command } from '../cli/command.ts';
import { root } from '../rules/sources.ts';
import { tempFolder } from '../temp-folder.ts';
import { ask } from './served.ts';

interface Running {
  /** What it printed first. */
  readonly line: string;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<number | null>;
}

async function studio(...args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [path.join(root, 'cli/tributary.mjs'), 'studio', ...args], {
    env: { ...process.env, NO_COLOR: '1', CI: 'true', TRIBUTARY_STATE: tempFolder() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let out = '';
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      out += chunk;
      if (out.includes('\n')) resolve(out.split('\n')[0]);
    });
    child.on('exit', () => reject(new Error(`it ended: ${err}`)));
  });
  return { line, signal: (name) => child.kill(name), ended };
}

describe('tributary studio', () => {
  it('prints an address that lets a browser in, and ends well on Ctrl+C', async () => {
    const running = await studio('--port', '0', '--json', 'samples/picture-classifier');
    const { address, port } = JSON.parse(running.line) as { readonly address: string; readonly port: number };
    expect(address).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/\\?token=[\\w-]{32}&open=`));
    const entered = await ask(port, `/${new URL(address).search}`);
    expect(entered.status).toBe(303);
    const opened = decodeURIComponent(String(entered.headers.location));
    expect(opened).toBe(`/#open=${path.join(root, 'samples/picture-classifier/picture-classifier.tributary.json')}`);
    running.signal('SIGINT');
    expect(await running.ended).toBe(0);
  });

  it('says to people too that it is ready, and ends well when it is told to', async () => {
    const running = await studio('--port', '0');
    expect(running.line).toMatch(/The studio is ready: http:\/\/127\.0\.0\.1:\d+\/\?token=/);
    running.signal('SIGTERM');
    expect(await running.ended).toBe(0);
  });

  it('takes the next port when the usual one is taken, unless it was asked for', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as net.AddressInfo;
    const refused = await command(['studio', '--no-open', '--port', String(port)], {
      env: { TRIBUTARY_STATE: tempFolder() },
    });
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('EADDRINUSE')]);
    const two = [await studio('--json'), await studio('--json')];
    const ports = two.map(({ line }) => (JSON.parse(line) as { readonly port: number }).port);
    expect(ports[0]).not.toBe(ports[1]);
    for (const { signal } of two) signal('SIGINT');
    await Promise.all(two.map(({ ended }) => ended));
  });

  it('says what does not fit', async () => {
    const run = (...args: readonly string[]) =>
      command(['studio', '--no-open', ...args], { env: { TRIBUTARY_STATE: tempFolder() } });
    const missing = await run('nowhere.tributary.json');
    expect([missing.code, missing.err]).toEqual([4, expect.stringContaining('file-missing')]);
    const port = await run('--port', '70000');
    expect([port.code, port.err]).toEqual([2, expect.stringContaining('0 to 65535')]);
    const host = await run('--host', '0.0.0.0');
    expect([host.code, host.err]).toEqual([2, expect.stringContaining('ssh -L')]);
    const limit = await run('--limit', 'nothing=1');
    expect([limit.code, limit.err]).toEqual([2, expect.stringContaining('No limit is called')]);
    const nodes = await run('--nodes', '/nowhere');
    expect([nodes.code, nodes.err]).toEqual([4, expect.stringContaining('/nowhere')]);
  });
});
