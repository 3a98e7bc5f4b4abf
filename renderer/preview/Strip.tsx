import { largestOf, strongest } from './vectors.ts';

const levels = 6;

/** A vector as a strip: numbers above zero in the upper half, those below in the lower, the larger the stronger. */
export function Strip({ values, columns }: { readonly values: readonly number[]; readonly columns: number }) {
  const shown = strongest(values, Math.max(8, columns));
  const most = largestOf(shown) || 1;
  const paths = Array.from({ length: levels }, () => '');
  shown.forEach((x, i) => {
    if (!Number.isFinite(x) || x === 0) return;
    const level = Math.min(levels - 1, Math.floor((Math.abs(x) / most) * levels));
    paths[level] += `M${i} ${x > 0 ? 0 : 1}h1v1h-1z`;
  });
  return (
    <svg
      className="strip"
      viewBox={`0 0 ${shown.length} 2`}
      preserveAspectRatio="none"
      shapeRendering="crispEdges"
      aria-hidden="true"
    >
      {paths.map((d, level) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a level is its place.
        <path key={level} d={d} opacity={(level + 1) / levels} />
      ))}
    </svg>
  );
}
