import type { z } from 'zod';
import { scanJson } from '../core/graph/scan.ts';
import { Problem, type ProblemData, problemData } from '../core/problems/problem.ts';
import { callSchema, type StudioAnswer } from '../core/studio/api.ts';
import type { Studio } from './studio/types.ts';

/** Answers whatever came as text, in text. Never rejects: what is wrong becomes the answer's problem. */
export async function answerText(studio: Studio, client: string, text: string, jsonDepth: number): Promise<string> {
  let answer: StudioAnswer;
  try {
    answer = await answerCall(studio, client, readEnvelope(text, jsonDepth));
  } catch (error) {
    answer = { id: idOfText(text), ok: false, problem: problemOf(error) };
  }
  try {
    return JSON.stringify(answer);
  } catch (error) {
    // A result that JSON cannot hold is our fault, and the caller still gets an answer.
    return JSON.stringify({ id: answer.id, ok: false, problem: problemOf(error) } satisfies StudioAnswer);
  }
}

async function answerCall(studio: Studio, client: string, envelope: unknown): Promise<StudioAnswer> {
  const parsed = callSchema.safeParse(envelope);
  if (!parsed.success) {
    return {
      id: idOf(envelope),
      ok: false,
      problem: problemData('usage', {
        message: `The studio does not understand this call: ${issuesText(parsed.error)}.`,
        fix: 'Reload the page: it may be of another version than the studio behind it.',
      }),
    };
  }
  const { id, method, args } = parsed.data;
  try {
    return { id, ok: true, result: await studio.call(client, method, args) };
  } catch (error) {
    return { id, ok: false, problem: problemOf(error) };
  }
}

/** Envelope from a message's text; throws a Problem for what is not JSON, too deep or forged. */
function readEnvelope(text: string, jsonDepth: number): unknown {
  // The envelope itself and a call's arguments stand around the document, whose own depth is limited.
  scanJson(text, jsonDepth + 8, 'The call');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem('document-json', {
      message: `The call is not valid JSON: ${cause instanceof Error ? cause.message : cause}.`,
      fix: 'Reload the page.',
      cause,
    });
  }
}

/** The plain form of anything thrown behind the boundary. */
export function problemOf(error: unknown): ProblemData {
  if (error instanceof Problem) return error.data;
  return problemData('internal', {
    message: `Tributary made a mistake: ${error instanceof Error ? error.message : String(error)}.`,
    fix: 'Your work is in the journal. Report this with what you did last.',
    cause: error instanceof Error ? (error.stack ?? error.message) : error,
  });
}

/** The call's id as far as it can be told; -1 when it cannot. */
function idOf(envelope: unknown): number {
  if (typeof envelope !== 'object' || envelope === null || !('id' in envelope)) return -1;
  const { id } = envelope;
  return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? id : -1;
}

/** The same of a text that was refused unread: a call that waits must get its answer. */
function idOfText(text: string): number {
  const match = /^\s*\{\s*"id"\s*:\s*(\d{1,15})\s*[,}]/.exec(text.slice(0, 100));
  return match === null ? -1 : Number(match[1]);
}

function issuesText(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'call'}: ${issue.message}`)
    .join('; ');
}
