import path from 'node:path';
import { MessageChannelMain, utilityProcess } from 'electron';
import type { PortLike } from '../host/process/protocol.ts';
import type { Utility } from './children.ts';
import type { StudioChild } from './studioLink.ts';
import type { StudioTell } from './studioMessages.ts';

export function newChannel(): readonly [PortLike, PortLike] {
  const { port1, port2 } = new MessageChannelMain();
  return [port1, port2];
}

/** Starts an entry of dist/ as a utility process, in Electron's sandbox-free but windowless kind. */
export function startUtility(
  dist: string,
  entry: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Utility & StudioChild {
  const child = utilityProcess.fork(path.join(dist, `${entry}.js`), [...args], {
    serviceName: `Tributary ${entry}`,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
    allowLoadingUnsignedLibraries: false,
  });
  child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  return {
    pid: () => child.pid ?? null,
    postMessage: (message: unknown, ports: readonly PortLike[] = []) =>
      child.postMessage(message, ports.filter(isElectronPort)),
    onMessage: (listener: (message: StudioTell) => void) => void child.on('message', listener),
    onExit: (listener: (code: number | null) => void) => void child.on('exit', listener),
    onWords: (listener: (text: string) => void) =>
      void child.stderr?.on('data', (chunk: Buffer) => listener(chunk.toString())),
    onSpawn: (listener: () => void) => void child.on('spawn', listener),
    kill: () => endHard(child),
  };
}

/** A model that computes does not hear a polite request. */
function endHard(child: Electron.UtilityProcess): void {
  try {
    if (child.pid === undefined) child.kill();
    else process.kill(child.pid, 'SIGKILL');
  } catch {
    child.kill();
  }
}

/** Ports of our channels are Electron's; the rest of the program knows them by what they do. */
function isElectronPort(port: PortLike): port is PortLike & Electron.MessagePortMain {
  return 'removeListener' in port;
}
