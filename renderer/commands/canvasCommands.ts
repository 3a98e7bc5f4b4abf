import type { Command } from './command.ts';

/** What is done to nodes on the canvas. */
export const canvasCommands: readonly Command[] = [];
