import { Problem } from '../../core/problems/problem.ts';
import type { RegexProgram } from './regexProgram.ts';
import { codePoints } from './unigram.ts';

export interface RegexMatch {
  /** Place in the text, in UTF-16 units as JavaScript counts. */
  readonly index: number;
  /** The whole match, then each group; null for a group that took no part. */
  readonly groups: readonly (string | null)[];
}

/** Steps that a text may take: about a second for a short one, and more for each character. */
const freeSteps = 10_000_000;
const stepsPerCharacter = 50;

interface Thread {
  readonly at: number;
  readonly slots: Int32Array;
}

/**
 * Finds up to `most` matches, left to right, by following all ways through the program at once (Thompson's and Pike's
 * method): no pattern can make it slow as a backtracking matcher is. The match is the one that JavaScript would find.
 */
export function matchAll(program: RegexProgram, text: string, most: number): readonly RegexMatch[] {
  const { codes, places } = codePoints(text);
  const { code, groups, isWord, multiline } = program;
  const mostSteps = freeSteps + stepsPerCharacter * codes.length;
  const visited = new Int32Array(code.length).fill(-1);
  let generation = 0;
  let steps = 0;
  const matches: RegexMatch[] = [];
  for (let from = 0; from <= codes.length && matches.length < most; ) {
    const slots = search(from);
    if (slots === null) break;
    matches.push({ index: places[slots[0]], groups: Array.from({ length: groups }, (_, g) => part(slots, g)) });
    from = slots[1] > slots[0] ? slots[1] : slots[1] + 1;
  }
  return matches;

  function part(slots: Int32Array, group: number): string | null {
    const [start, end] = [slots[2 * group], slots[2 * group + 1]];
    return start < 0 || end < 0 ? null : text.slice(places[start], places[end]);
  }

  function search(from: number): Int32Array | null {
    let threads: Thread[] = [];
    let found: Int32Array | null = null;
    for (let i = from; ; i++) {
      generation++;
      const next: Thread[] = [];
      const alive: Thread[] = [];
      for (const { at, slots } of threads) follow(at, slots, i, alive);
      if (found === null) follow(0, new Int32Array(2 * groups).fill(-1), i, alive);
      for (const thread of alive) {
        const instruction = code[thread.at];
        if (instruction.op === 'match') {
          // Threads after this one are worse: they end here.
          found = thread.slots;
          break;
        }
        if (instruction.op === 'one' && i < codes.length && instruction.takes(codes[i]))
          next.push({ at: thread.at + 1, slots: thread.slots });
      }
      threads = next;
      if (i >= codes.length || (threads.length === 0 && found !== null)) return found;
    }
  }

  /** Goes on from `start` until characters are wanted, best way first; each place is visited once at a position. */
  function follow(start: number, slots: Int32Array, i: number, out: Thread[]): void {
    const todo: Thread[] = [{ at: start, slots }];
    for (let thread = todo.pop(); thread !== undefined; thread = todo.pop()) {
      const { at } = thread;
      if (visited[at] === generation) continue;
      visited[at] = generation;
      if (++steps > mostSteps) throw tooSlow(text);
      const instruction = code[at];
      if (instruction.op === 'jump') todo.push({ at: instruction.to, slots: thread.slots });
      else if (instruction.op === 'split')
        todo.push({ at: instruction.second, slots: thread.slots }, { at: instruction.first, slots: thread.slots });
      else if (instruction.op === 'save') {
        const changed = thread.slots.slice();
        changed[instruction.slot] = i;
        todo.push({ at: at + 1, slots: changed });
      } else if (instruction.op === 'clear')
        todo.push({ at: at + 1, slots: thread.slots.slice().fill(-1, instruction.from, instruction.to) });
      else if (instruction.op === 'assert') {
        if (holds(instruction.what, i)) todo.push({ at: at + 1, slots: thread.slots });
      } else out.push(thread);
    }
  }

  function holds(what: 'start' | 'end' | 'boundary' | 'inside', i: number): boolean {
    if (what === 'start') return i === 0 || (multiline && isLineEnd(codes[i - 1]));
    if (what === 'end') return i === codes.length || (multiline && isLineEnd(codes[i]));
    const before = i > 0 && isWord(codes[i - 1]);
    const after = i < codes.length && isWord(codes[i]);
    return (before !== after) === (what === 'boundary');
  }
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13 || code === 0x2028 || code === 0x2029;
}

function tooSlow(text: string): Problem {
  return new Problem('value-invalid', {
    message: `The pattern takes too many steps over a text of ${text.length} characters.`,
    fix: 'Make the pattern more exact, take fewer matches, or give shorter text.',
  });
}
