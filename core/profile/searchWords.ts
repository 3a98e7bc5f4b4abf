import { listWords, msWords } from './candidates/words.ts';
import type { SearchPoint, SearchSettings } from './search.ts';
import type { SearchSpace } from './searchSpace.ts';

/** What a search came to, in sentences. `otherAnswers`: settings left out because their answers differ by too much. */
export function searchWords(
  space: SearchSpace,
  { limit, maxDifference }: SearchSettings,
  points: readonly SearchPoint[],
  winner: SearchPoint | null,
  otherAnswers: number,
  pruned: readonly string[],
): readonly string[] {
  const models = space.busyMs.size;
  const said = [
    `${models} node${models === 1 ? '' : 's'} with ${space.knobs.length} knob${space.knobs.length === 1 ? '' : 's'}: ${sizeWords(space.size)} settings in all, ${points.length} of them measured.`,
    ...pruned,
  ];
  if (otherAnswers > 0) {
    said.push(
      `${otherAnswers} setting${otherAnswers === 1 ? '' : 's'} left out: answers differ by more than ${maxDifference}.`,
    );
  }
  if (limit.goal === 'memory' && points.every(({ memoryBytes }) => memoryBytes === 0))
    said.push('Memory could not be measured: throughput decides.');
  const under = `${limit.metric} under ${msWords(limit.underMs)}`;
  if (winner !== null) {
    const by = winner.settings.map(({ node, param, value }) => `${node}.${param} = ${String(value)}`);
    said.push(
      `${by.length === 0 ? 'The document as it stands' : listWords(by, 12)} holds ${under} (${msWords(winner[limit.metric])}) with ${winner.throughput.toFixed(1)} requests a second from ${winner.concurrency} client${winner.concurrency === 1 ? '' : 's'}.`,
    );
    return said;
  }
  const [nearest] = [...points].sort((a, b) => a[limit.metric] - b[limit.metric]);
  if (nearest !== undefined) {
    const by = nearest.settings.map(({ node, param, value }) => `${node}.${param} = ${String(value)}`);
    said.push(
      `Nothing that was measured holds ${under}. The closest is ${by.length === 0 ? 'the document as it stands' : listWords(by, 12)} with ${msWords(nearest[limit.metric])}.`,
    );
  }
  return said;
}

/** Counts that fit in a sentence: 96, 12,500, 10^18. */
function sizeWords(size: number): string {
  if (size < 1e6)
    return Math.round(size)
      .toString()
      .replace(/\B(?=(\d{3})+$)/g, ',');
  return `about 10^${Math.round(Math.log10(size))}`;
}
