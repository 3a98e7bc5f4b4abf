import { z } from 'zod';
import type { Json } from '../../../core/kinds/value.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { parseJsonBody } from '../../../core/serve/jsonBody.ts';
import { pcmEncodings } from '../../../core/serve/pcm.ts';
import type { PipelineSignature, SignatureInput } from '../../../core/serve/signature.ts';
import { inputNamed } from '../../../core/serve/tensorInputs.ts';
import type { ProtocolLimits } from '../context.ts';
import type { PublicProblem } from '../publicProblem.ts';
import { fitting } from './fitting.ts';

const seconds = z.number().min(0.01).max(600);
const items = z.number().int().min(1).max(1000);

const start = z.strictObject({
  type: z.literal('start'),
  pipeline: z.string().max(200).optional(),
  version: z.string().max(64).optional(),
  /** The input that pieces are for; the only one that is no text or JSON, unless given. */
  input: z.string().max(200).optional(),
  encoding: z.enum([...pcmEncodings, 'file']).optional(),
  sampleRateHz: z.number().int().min(1000).max(768_000).optional(),
  channels: z.number().int().min(1).max(32).optional(),
  window: z
    .union([
      z.strictObject({ seconds, hopSeconds: seconds.optional() }),
      z.strictObject({ items, hopItems: items.optional() }),
    ])
    .optional(),
  /** Each binary message begins with its time: seconds, a float64, little-endian. */
  timestamps: z.boolean().optional(),
  outputs: z.array(z.string().max(200)).min(1).max(1000).optional(),
  top: z.number().int().min(1).optional(),
  /** What the other inputs are, for every piece. */
  inputs: z.record(z.string(), z.unknown()).optional(),
  whenFull: z.enum(['dropOldest', 'wait']).optional(),
  deadlineMs: z.number().min(1).optional(),
});
const piece = z.strictObject({
  type: z.literal('piece'),
  t: z.number().optional(),
  /** base64. */
  data: z.string().optional(),
  text: z.string().optional(),
});
const end = z.strictObject({ type: z.literal('end') });
const message = z.discriminatedUnion('type', [start, piece, end]);

export type StreamStart = z.infer<typeof start>;
export type StreamPiece = z.infer<typeof piece>;
export type ClientMessage = z.infer<typeof message>;

/** How many pieces went which way. */
export interface StreamCounts {
  readonly pieces: number;
  readonly answered: number;
  readonly failed: number;
  /** Let go because newer ones came. */
  readonly dropped: number;
  /** Let go because their deadline had passed. */
  readonly late: number;
}

/** What the server says. */
export type ServerMessage =
  | {
      readonly type: 'started';
      readonly pipeline: string;
      readonly version: string;
      readonly input: string;
      readonly outputs: readonly { readonly name: string; readonly kind: string; readonly sequence: 'one' | 'many' }[];
      readonly waitingPieces: number;
    }
  | {
      readonly type: 'result';
      readonly seq: number;
      readonly t: number;
      readonly durationSeconds?: number;
      readonly outputs: Json;
      readonly version: string;
      /** From the piece's arrival to its answer. */
      readonly latencyMs: number;
    }
  | { readonly type: 'error'; readonly seq?: number; readonly t?: number; readonly error: PublicProblem }
  | {
      readonly type: 'dropped';
      readonly seq: number;
      readonly t: number;
      readonly why: 'full' | 'late';
      readonly counts: StreamCounts;
    }
  | { readonly type: 'ended'; readonly why: 'asked' | 'draining' | 'failed'; readonly counts: StreamCounts };

/** Reads a text message. Throws `request-invalid` and what reading JSON throws. */
export function readMessage(
  bytes: Uint8Array,
  { jsonDepth, jsonBytes }: Pick<ProtocolLimits, 'jsonDepth' | 'jsonBytes'>,
) {
  return fitting<ClientMessage>(message, parseJsonBody(bytes, jsonDepth, jsonBytes), 'message');
}

export interface StreamInput {
  readonly input: SignatureInput;
  readonly encoding: 'pcm16' | 'float32' | 'file';
}

/** Which input pieces are for, and what they are. Throws `request-invalid`, `input-unknown`. */
export function streamInput(asked: StreamStart, signature: PipelineSignature): StreamInput {
  const input = asked.input === undefined ? liveInput(asked, signature) : inputNamed(asked.input, signature);
  const encoding = asked.encoding ?? (input.kind === 'audio' ? 'pcm16' : 'file');
  if (encoding !== 'file' && input.kind !== 'audio')
    throw invalid(`The input "${input.name}" takes ${input.kind}, which has no samples.`);
  if (encoding !== 'file' && asked.sampleRateHz === undefined)
    throw invalid('Samples without "sampleRateHz" could be of any rate.');
  const { window } = asked;
  if (window !== undefined && 'seconds' in window && encoding === 'file')
    throw invalid('A window in seconds is for samples: "encoding" must be pcm16 or float32.');
  if (window !== undefined && 'items' in window && input.kind !== 'folder')
    throw invalid(`A window of items is for an input that takes a folder; "${input.name}" takes ${input.kind}.`);
  return { input, encoding };
}

function liveInput({ inputs = {} }: StreamStart, { inputs: known }: PipelineSignature): SignatureInput {
  const open = known.filter((input) => !Object.hasOwn(inputs, input.name));
  const live = open.filter(({ kind }) => kind !== 'text' && kind !== 'json');
  const [only] = live.length === 1 ? live : open;
  if (only !== undefined && (live.length === 1 || open.length === 1)) return only;
  throw invalid(`"input" must say which of ${known.map((input) => input.name).join(', ')} the pieces are for.`);
}

export function invalid(message: string): Problem {
  return new Problem('request-invalid', { message, fix: 'See docs/protocols.md for what a stream is told.' });
}
