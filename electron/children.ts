import {
  type ChildAsk,
  childAskSchema,
  type ParentTell,
  type PortLike,
  type Startable,
} from '../host/process/protocol.ts';

/** A process of ours, as Electron's UtilityProcess is. */
export interface Utility {
  /** null until the system gave it one. */
  pid(): number | null;
  postMessage(message: ParentTell, ports?: readonly PortLike[]): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number | null) => void): void;
  /** Pieces of what it says on stderr. */
  onWords(listener: (text: string) => void): void;
  onSpawn(listener: () => void): void;
  kill(): void;
}

export interface ChildrenDeps {
  /** Starts one of the entries, and nothing else. */
  readonly start: (entry: Startable, env: Readonly<Record<string, string>>) => Utility;
  readonly channel: () => readonly [PortLike, PortLike];
}

/** Of what a child said last. */
const keptWords = 4000;
/** Children of one process at once: an engine and its probes are a few. */
const mostChildren = 32;

/**
 * Starts children for a process that may not do so itself, as `host/process/protocol.ts` says; those children may ask
 * in their turn. When the process ends, so do its children.
 */
export function serveChildren(asking: Utility, deps: ChildrenDeps): void {
  const children = new Map<number, Utility>();
  asking.onMessage((message) => {
    const asked = childAskSchema.safeParse(message);
    if (!asked.success) return;
    if ('kill' in asked.data) children.get(asked.data.kill)?.kill();
    else begin(asked.data);
  });
  asking.onExit(() => {
    for (const child of children.values()) child.kill();
  });

  function begin({ start, id, env }: Extract<ChildAsk, { readonly start: Startable }>): void {
    if (children.has(id)) return;
    if (children.size >= mostChildren) {
      asking.postMessage({ exited: id, code: null, stderr: `more than ${mostChildren} processes were asked for` });
      return;
    }
    let child: Utility;
    try {
      child = deps.start(start, env ?? {});
    } catch (error) {
      asking.postMessage({ exited: id, code: null, stderr: String(error).slice(0, keptWords) });
      return;
    }
    let words = '';
    children.set(id, child);
    serveChildren(child, deps);
    child.onWords((text) => {
      words = (words + text).slice(-keptWords);
    });
    child.onSpawn(() => {
      const [theirs, askers] = deps.channel();
      child.postMessage({ serve: true }, [theirs]);
      asking.postMessage({ started: id, pid: child.pid() }, [askers]);
    });
    child.onExit((code) => {
      children.delete(id);
      asking.postMessage({ exited: id, code, stderr: words });
    });
  }
}
