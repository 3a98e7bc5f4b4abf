import type { RecordedSample } from '../../serve/golden.ts';

/**
 * How large what passed each port was when a sample ran, by `node.port`: of a picture [height, width, channels], of sound
 * [channels, samples], else the shape of a tensor. Read from the fingerprints that a golden record keeps.
 */
export function seenSizes(recorded: Pick<RecordedSample, 'ports'>): ReadonlyMap<string, readonly number[]> {
  return new Map(
    Object.entries(recorded.ports).flatMap(([end, { items }]) => {
      const [first] = items;
      const size = first === undefined ? null : sizeOf(first.kind, first.shape, first.length);
      return size === null ? [] : [[end, size] as const];
    }),
  );
}

function sizeOf(kind: string, shape: string, length: number): readonly number[] | null {
  const numbers = (shape.match(/\b\d+\b/g) ?? []).map(Number);
  switch (kind) {
    case 'image': {
      const [width, height] = numbers;
      const pixels = width * height;
      return pixels > 0 && length % pixels === 0 ? [height, width, length / pixels] : null;
    }
    case 'audio': {
      const [, ...channels] = numbers;
      return channels.length > 0 && channels.every((samples) => samples === channels[0])
        ? [channels.length, channels[0]]
        : null;
    }
    case 'tensor': {
      const dims = shape.replace(/^tensor \S+ ?/, '');
      const size = dims === '' ? [] : dims.split(' x ').map(Number);
      return size.reduce((a, b) => a * b, 1) === length ? size : null;
    }
    case 'embedding':
    case 'scores':
      return [length];
    default:
      return null;
  }
}
