import { Problem } from '../../core/problems/problem.ts';

export const truncationStrategies = ['longestFirst', 'onlyFirst', 'onlySecond'] as const;
export type TruncationStrategy = (typeof truncationStrategies)[number];

/**
 * How many tokens of each text stay when at most `room` may; follows `truncate_encodings` of Hugging Face tokenizers.
 * `second` is null for a single text. Throws `value-invalid` when the text that may be cut is too short.
 */
export function keptLengths(
  first: number,
  second: number | null,
  room: number,
  strategy: TruncationStrategy,
): readonly [number, number] {
  const other = second ?? 0;
  const excess = first + other - room;
  if (room === 0) return [0, 0];
  if (excess <= 0) return [first, other];
  if (strategy === 'longestFirst') return second === null ? [room, 0] : balanced(first, second, room);
  if (strategy === 'onlySecond' && second === null)
    throw tooShort('There is no second text to cut.', 'Wire a second text, or cut the first.');
  const target = strategy === 'onlyFirst' ? first : other;
  if (target <= excess)
    throw tooShort(
      `Cutting the ${strategy === 'onlyFirst' ? 'first' : 'second'} text alone cannot bring ${first + other} tokens down to ${room}.`,
      'Raise maxLength, or use the strategy "longestFirst".',
    );
  return strategy === 'onlyFirst' ? [first - excess, other] : [first, other - excess];
}

/** The longer text is cut to the length of the shorter before both are. */
function balanced(first: number, second: number, room: number): readonly [number, number] {
  let short = Math.min(first, second);
  let long = short > room ? short : Math.max(short, room - short);
  if (short + long > room) {
    short = Math.floor(room / 2);
    long = short + (room % 2);
  }
  return first > second ? [long, short] : [short, long];
}

function tooShort(message: string, fix: string): Problem {
  return new Problem('value-invalid', { message, fix });
}
