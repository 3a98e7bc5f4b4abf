import { Problem } from '../../core/problems/problem.ts';

/** One instruction of a compiled pattern; numbers are places in the program. */
export type Instruction =
  | { readonly op: 'one'; readonly takes: (code: number) => boolean }
  /** `first` is tried before `second`. */
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'save'; readonly slot: number }
  /** Groups inside a loop begin each round empty, as in JavaScript. */
  | { readonly op: 'clear'; readonly from: number; readonly to: number }
  | { readonly op: 'assert'; readonly what: 'start' | 'end' | 'boundary' | 'inside' }
  | { readonly op: 'match' };

export interface RegexFlags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}
export interface RegexProgram {
  readonly code: readonly Instruction[];
  /** Capture groups, the whole match included. */
  readonly groups: number;
  readonly names: Readonly<Record<string, number>>;
  readonly multiline: boolean;
  readonly isWord: (code: number) => boolean;
}

const mostInstructions = 5000;

/**
 * Compiles JavaScript's regular expressions (with the u flag) to a program that is run in time linear in the text.
 * What cannot be run so is refused with `param-invalid`, like bad syntax: backreferences, look-around, and an optional
 * or endless repeat of what may be empty, whose meaning in JavaScript hangs on backtracking.
 */
export function compileRegex(pattern: string, flags: RegexFlags): RegexProgram {
  const letters = `u${flags.ignoreCase ? 'i' : ''}${flags.dotAll ? 's' : ''}`;
  try {
    new RegExp(pattern, letters);
  } catch (cause) {
    throw refused(pattern, cause instanceof Error ? cause.message : String(cause), 'Mend the pattern.');
  }
  const code: Instruction[] = [];
  const names: Record<string, number> = {};
  const sets = new Map<string, (code: number) => boolean>();
  let at = 0;
  let groups = 1;
  emit({ op: 'save', slot: 0 });
  alternatives();
  emit({ op: 'save', slot: 1 });
  emit({ op: 'match' });
  return { code, groups, names, multiline: flags.multiline, isWord: setOf('\\w') };

  function emit<I extends Instruction>(instruction: I): I {
    if (code.length >= mostInstructions)
      throw refused(pattern, `it compiles to more than ${mostInstructions} steps`, 'Use smaller repeat counts.');
    code.push(instruction);
    return instruction;
  }

  function setOf(source: string): (code: number) => boolean {
    const known = sets.get(source);
    if (known !== undefined) return known;
    const test = new RegExp(`^(?:${source})$`, letters);
    const seen = new Map<number, boolean>();
    const takes = (point: number) => {
      const before = seen.get(point);
      if (before !== undefined) return before;
      const found = test.test(String.fromCodePoint(point));
      if (seen.size < 65536) seen.set(point, found);
      return found;
    };
    sets.set(source, takes);
    return takes;
  }

  // Each of these says whether what it compiled may match nothing.
  function alternatives(): boolean {
    const starts = code.length;
    const empty = sequence();
    if (pattern[at] !== '|') return empty;
    const first = code.splice(starts);
    const split = emit({ op: 'split', first: starts + 1, second: 0 });
    moved(first, 1);
    const jump = emit({ op: 'jump', to: 0 });
    split.second = code.length;
    at++;
    const otherEmpty = alternatives();
    jump.to = code.length;
    return empty || otherEmpty;
  }

  /** Puts instructions back, `by` places further on. */
  function moved(block: readonly Instruction[], by: number): void {
    for (const instruction of block) {
      if (instruction.op === 'split')
        emit({ op: 'split', first: instruction.first + by, second: instruction.second + by });
      else if (instruction.op === 'jump') emit({ op: 'jump', to: instruction.to + by });
      else emit(instruction);
    }
  }

  function sequence(): boolean {
    let empty = true;
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') if (!term()) empty = false;
    return empty;
  }

  function term(): boolean {
    const start = code.length;
    const firstGroup = groups;
    if (pattern[at] === '^' || pattern[at] === '$') {
      emit({ op: 'assert', what: pattern[at++] === '^' ? 'start' : 'end' });
      return true;
    }
    const escaped = pattern[at] === '\\' ? pattern[at + 1] : '';
    if (escaped === 'b' || escaped === 'B') {
      emit({ op: 'assert', what: escaped === 'b' ? 'boundary' : 'inside' });
      at += 2;
      return true;
    }
    const empty = pattern[at] === '(' ? group() : character();
    return quantifier(start, firstGroup, empty);
  }

  function character(): boolean {
    emit({ op: 'one', takes: setOf(atom()) });
    return false;
  }

  function group(): boolean {
    at++;
    const special = /^\?(?::|<(?![=!])([^>]*)>|(.{1,2}))/.exec(pattern.slice(at, at + 200));
    if (special?.[2] !== undefined)
      throw refused(
        pattern,
        `look-around and inline flags, here (?${special[2]}, are not supported`,
        'Match the surroundings, and capture the part between them with ( ).',
      );
    if (special !== null) at += special[0].length;
    const index = special === null || special[1] !== undefined ? groups++ : null;
    if (special?.[1] !== undefined && index !== null) names[special[1]] = index;
    if (index !== null) emit({ op: 'save', slot: 2 * index });
    const empty = alternatives();
    if (index !== null) emit({ op: 'save', slot: 2 * index + 1 });
    at++;
    return empty;
  }

  /** The source of one set of characters: a class, an escape, a dot or a character. */
  function atom(): string {
    const start = at;
    const rest = pattern.slice(at, at + 40);
    if (pattern[at] === '[') {
      for (at++; pattern[at] !== ']'; at++) if (pattern[at] === '\\') at++;
      at++;
    } else if (pattern[at] === '\\') {
      if (/^\\[1-9k]/.test(rest))
        throw refused(pattern, 'it refers back to a group', 'Match the text twice without referring back.');
      const long = /^\\(?:u\{[^}]*\}|u[dD][89abAB]..\\u[dD][c-fC-F]..|u....|x..|[pP]\{[^}]*\}|c.)/.exec(
        pattern.slice(at, at + 200),
      );
      at += long === null ? 2 : long[0].length;
    } else at += (pattern.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    return pattern.slice(start, at);
  }

  function quantifier(start: number, firstGroup: number, empty: boolean): boolean {
    const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})(\??)/.exec(pattern.slice(at, at + 40));
    if (found === null) return empty;
    at += found[0].length;
    const sign = found[0][0];
    const least = sign === '{' ? Number(found[1]) : sign === '+' ? 1 : 0;
    const most =
      sign === '{'
        ? found[2] === ''
          ? least
          : found[3] === ''
            ? Infinity
            : Number(found[3])
        : sign === '?'
          ? 1
          : Infinity;
    const lazy = found[4] === '?';
    if (empty && most > least)
      throw refused(
        pattern,
        `at position ${at} it repeats what may be empty`,
        'Let the repeated part take at least one character, e.g. (?:a+)* as a*, or (a?)? as (a?).',
      );
    const body = code.splice(start);
    const round = () => {
      const here = code.length;
      const clears = groups > firstGroup ? 1 : 0;
      if (clears === 1) emit({ op: 'clear', from: 2 * firstGroup, to: 2 * groups });
      moved(body, here + clears - start);
    };
    for (let i = 0; i < least; i++) round();
    if (most === Infinity) {
      const loop = code.length;
      const split = emit({ op: 'split', first: 0, second: 0 });
      round();
      emit({ op: 'jump', to: loop });
      point(split, loop + 1, code.length, lazy);
      return least === 0;
    }
    const open: { readonly split: Extract<Instruction, { op: 'split' }>; readonly next: number }[] = [];
    for (let i = least; i < most; i++) {
      const split = emit({ op: 'split', first: 0, second: 0 });
      open.push({ split, next: code.length });
      round();
    }
    for (const { split, next } of open) point(split, next, code.length, lazy);
    return empty || least === 0;
  }
}

function point(split: Extract<Instruction, { op: 'split' }>, body: number, after: number, lazy: boolean): void {
  split.first = lazy ? after : body;
  split.second = lazy ? body : after;
}

function refused(pattern: string, why: string, fix: string): Problem {
  const shown = pattern.length > 60 ? `${pattern.slice(0, 57)}...` : pattern;
  return new Problem('param-invalid', {
    message: `The pattern ${JSON.stringify(shown)} cannot be used: ${why}.`,
    fix,
    where: { param: 'pattern' },
  });
}
