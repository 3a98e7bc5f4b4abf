import type { Child, Children } from '../process/children.ts';
import { childrenHere } from '../process/here.ts';
import type { Startable } from '../process/protocol.ts';
import { makeEngineSide } from './side.ts';
import type { Ask } from './wire.ts';

/**
 * Engines in this very process, for who wants more requests a second (up to 15 % for pictures) rather than a wall:
 * nothing is copied between processes, and whatever would end an engine ends this process. `onLost` hears that an engine
 * must go, and is to end the process. Whatever else is started is a process as ever.
 */
export function engineHere(onLost: (how: string) => void, children: Children = childrenHere()): Children {
  return {
    start: (entry, options) => (entry === 'engine' ? here(onLost) : children.start(entry satisfies Startable, options)),
  };
}

function here<ToEngine, Tell>(onLost: (how: string) => void): Child<ToEngine, Tell> {
  const listeners: ((message: Tell) => void)[] = [];
  const exits: (() => void)[] = [];
  // As over a channel, nobody is called back before its own call has returned.
  const side = makeEngineSide(
    (message) =>
      queueMicrotask(() => {
        for (const listener of listeners) listener(message as Tell);
      }),
    () =>
      queueMicrotask(() => {
        for (const listener of exits) listener();
      }),
  );
  return {
    replaceable: false,
    send: (message) => side(message as unknown as Ask),
    onMessage: (listener) => {
      listeners.push(listener);
    },
    onExit: (listener) => {
      exits.push(() => listener({ how: 'it was closed', lastWords: '' }));
    },
    kill: () => onLost('an engine that shares its process hangs or has a model that cannot be stopped'),
    pid: () => process.pid,
  };
}
