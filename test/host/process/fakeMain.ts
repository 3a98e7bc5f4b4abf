import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import {
  childAskSchema,
  type ParentPortLike,
  type ParentTell,
  type PortLike,
  type Startable,
} from '../../../host/process/protocol.ts';

/** What runs between the fake main and a fake utility process over Node's channel, in place of Electron's. */
export type Tunnel =
  | { readonly kind: 'post'; readonly data: unknown }
  | { readonly kind: 'tell'; readonly data: ParentTell; readonly port?: number }
  | { readonly kind: 'port'; readonly port: number; readonly data: unknown }
  | { readonly kind: 'closed'; readonly port: number };

const entries: Readonly<Record<Startable, string>> = {
  engine: '../../../host/engine/engine.ts',
  probe: '../../../host/models/probe.ts',
};

/** Whoever asked main for a process: the test itself, or a process that main had started. */
interface Asker {
  tell(message: ParentTell, port?: MessagePort): void;
}

export interface FakeMain {
  /** As `process.parentPort` of the process that the test stands for. */
  readonly parentPort: ParentPortLike;
  readonly started: readonly { readonly entry: Startable; readonly pid: number | undefined }[];
  running(): number;
  close(): void;
}

/** Does what Electron's main process does for `protocol.ts`, with processes of Node in place of utility processes. */
export function fakeMain(): FakeMain {
  const started: { entry: Startable; pid: number | undefined }[] = [];
  const children = new Set<ChildProcess>();
  const { port1: mine, port2: theirs } = new MessageChannel();

  function listen(asker: Asker): (data: unknown) => void {
    const own = new Map<number, ChildProcess>();
    return (data) => {
      const ask = childAskSchema.parse(data);
      if ('kill' in ask) own.get(ask.kill)?.kill('SIGKILL');
      else own.set(ask.id, start(ask.start, ask.id, ask.env ?? {}, asker));
    };
  }

  function start(entry: Startable, id: number, env: Readonly<Record<string, string>>, asker: Asker): ChildProcess {
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const child = fork(fileURLToPath(new URL(entries[entry], import.meta.url)), [], {
      execArgv: ['--import', tsx, '--import', new URL('./fakeUtility.ts', import.meta.url).href],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, ...env },
    });
    children.add(child);
    started.push({ entry, pid: child.pid });
    let stderr = '';
    child.stderr?.on('data', (part: Buffer) => {
      stderr = (stderr + part.toString()).slice(-4000);
    });
    const { port1, port2 } = new MessageChannel();
    const ports = new Map<number, MessagePort>();
    function send(message: Tunnel): void {
      if (child.connected) child.send(message, () => undefined);
    }
    function carry(number: number, port: MessagePort): void {
      ports.set(number, port);
      port.on('message', (data: unknown) => send({ kind: 'port', port: number, data }));
      port.on('close', () => send({ kind: 'closed', port: number }));
    }
    const onAsk = listen({
      tell: (data, port) => {
        if (port === undefined) return send({ kind: 'tell', data });
        const number = ports.size;
        carry(number, port);
        send({ kind: 'tell', data, port: number });
      },
    });
    carry(0, port2);
    send({ kind: 'tell', data: { serve: true }, port: 0 });
    child.on('message', (message: Tunnel) => {
      if (message.kind === 'post') onAsk(message.data);
      else if (message.kind === 'port') ports.get(message.port)?.postMessage(message.data);
      else if (message.kind === 'closed') ports.get(message.port)?.close();
    });
    child.on('close', (code) => {
      children.delete(child);
      for (const port of ports.values()) port.close();
      asker.tell({ exited: id, code, stderr });
    });
    asker.tell({ started: id, pid: child.pid ?? null }, port1);
    return child;
  }

  mine.on(
    'message',
    listen({ tell: (data, port) => mine.postMessage({ data, port }, port === undefined ? [] : [port]) }),
  );
  return {
    parentPort: {
      postMessage: (data) => theirs.postMessage(data),
      on: (_, listener) =>
        theirs.on('message', ({ data, port }: { readonly data: unknown; readonly port?: MessagePort }) =>
          listener({ data, ports: port === undefined ? [] : [electronPort(port)] }),
        ),
    },
    started,
    running: () => children.size,
    close: () => {
      for (const child of children) child.kill('SIGKILL');
      mine.close();
    },
  };
}

/** A port of Node with the manners of Electron's: what is heard comes as `{ data }`, and only after `start`. */
function electronPort(port: MessagePort): PortLike {
  return {
    postMessage: (message) => port.postMessage(message),
    on: (event: 'message' | 'close', listener: (event: { readonly data: unknown }) => void) =>
      port.on(event, (data: unknown) => listener({ data })),
    start: () => port.start(),
    close: () => port.close(),
  };
}
