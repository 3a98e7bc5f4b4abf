import { type Child, type ChildOptions, type Children, type Exit, keptWords } from './children.ts';
import { type ChildAsk, type ParentPortLike, type PortLike, parentTellSchema, type Startable } from './protocol.ts';

interface Known {
  readonly started: (port: PortLike | undefined, pid: number | null) => void;
  readonly exited: (code: number | null, stderr: string) => void;
}

/** Child processes of a utility process: Electron's main process starts them, as `protocol.ts` says. */
export function electronChildren(parent: ParentPortLike): Children {
  const known = new Map<number, Known>();
  let nextId = 1;
  function ask(message: ChildAsk): void {
    parent.postMessage(message);
  }
  parent.on('message', ({ data, ports }) => {
    const { data: told, success } = parentTellSchema.safeParse(data);
    if (!success) return;
    if ('started' in told) known.get(told.started)?.started(ports[0], told.pid);
    else if ('exited' in told) {
      known.get(told.exited)?.exited(told.code, told.stderr ?? '');
      known.delete(told.exited);
    }
  });
  return {
    start<Ask, Tell>(entry: Startable, { env }: ChildOptions = {}): Child<Ask, Tell> {
      const id = nextId++;
      const onMessage: ((message: Tell) => void)[] = [];
      const onExit: ((exit: Exit) => void)[] = [];
      let unsent: Ask[] = [];
      let port: PortLike | null = null;
      let pid: number | null = null;
      let exit: Exit | null = null;
      known.set(id, {
        started: (given, itsPid) => {
          pid = itsPid;
          port = given ?? null;
          port?.on('message', ({ data }) => {
            for (const listener of onMessage) listener(data as Tell);
          });
          port?.start();
          for (const message of unsent) port?.postMessage(message);
          unsent = [];
        },
        exited: (code, stderr) => {
          const how = code === null ? 'it could not be started or was ended' : `it ended with code ${code}`;
          exit = { how, lastWords: stderr.slice(-keptWords) };
          port?.close();
          for (const listener of onExit) listener(exit);
        },
      });
      ask({ start: entry, id, ...(env === undefined ? {} : { env: { ...env } }) });
      return {
        replaceable: true,
        send: (message) => {
          if (exit !== null) return;
          if (port === null) unsent.push(message);
          else port.postMessage(message);
        },
        onMessage: (listener) => {
          onMessage.push(listener);
        },
        onExit: (listener) => {
          if (exit === null) onExit.push(listener);
          else listener(exit);
        },
        kill: () => {
          if (exit === null) ask({ kill: id });
        },
        pid: () => pid,
      };
    },
  };
}
