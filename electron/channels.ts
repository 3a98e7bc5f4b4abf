/** Every channel between a window and the main process. */
export const channels = {
  /** Window to main: an envelope, as text. */
  send: 'tributary:send',
  /** Main to window: an answer, an event or the state of the connection, as text. */
  message: 'tributary:message',
  /** Asked by the window: a path from the system's dialog. */
  pickPath: 'tributary:pickPath',
  /** Main to window: the id of a command. */
  command: 'tributary:command',
} as const;

/** How a window's preload script learns its client id. */
export const clientArgument = '--tributary-client=';
