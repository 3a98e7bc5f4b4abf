import { z } from 'zod';
import type { PickPath } from '../core/studio/api.ts';
import { isOwnUrl } from './windowPolicy.ts';

/** What is known of who sent a message. */
export interface Sender {
  /** Address of the frame; null when the frame is gone. */
  readonly url: string | null;
  readonly isMainFrame: boolean;
  /** The window belongs to us. */
  readonly known: boolean;
}

/** Whether a message may be heard at all: from the main frame of a window of ours that shows our own page. */
export function mayAsk(sender: Sender): boolean {
  return sender.known && sender.isMainFrame && sender.url !== null && isOwnUrl(sender.url);
}

/** The text of an envelope; null for what is none. What it says is parsed behind the boundary, by the same code as over HTTP. */
export function envelopeOf(args: readonly unknown[], documentBytes: number): string | null {
  const [text] = args;
  return args.length === 1 && typeof text === 'string' && text.length <= documentBytes + (1 << 20) ? text : null;
}

const plain = (text: string): boolean => !text.includes('\0');
const pickPathSchema = z.tuple([
  z.strictObject({
    purpose: z.enum(['openPipeline', 'savePipeline', 'saveModel', 'model', 'media', 'file', 'folder']),
    startIn: z.string().max(4096).refine(plain).optional(),
    name: z.string().max(255).refine(plain).optional(),
  }),
]);

/** What a window asks of the file dialog; null for what does not fit. */
export function pickAskOf(args: readonly unknown[]): PickPath | null {
  const parsed = pickPathSchema.safeParse(args);
  return parsed.success ? parsed.data[0] : null;
}
