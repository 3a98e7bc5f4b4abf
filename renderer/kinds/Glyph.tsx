import type { Kind } from '../../core/kinds/value.ts';
import { type KindLook, kindLooks } from './kind.ts';

/** The sign of a kind: its shape in its hue. `named` gives it a name for screen readers. */
export function Glyph({
  kind,
  look = kind === undefined ? undefined : kindLooks[kind],
  size = 10,
  named = false,
}: {
  readonly kind?: Kind;
  readonly look?: KindLook;
  readonly size?: number;
  readonly named?: boolean;
}) {
  if (look === undefined) return null;
  const colour = `var(${look.token})`;
  return (
    <svg
      className="glyph"
      width={size}
      height={size}
      viewBox="0 0 12 12"
      role={named ? 'img' : undefined}
      aria-label={named ? look.title : undefined}
      aria-hidden={named ? undefined : true}
    >
      <path
        d={look.glyph}
        fill={look.hollow ? 'none' : colour}
        stroke={look.hollow ? colour : 'none'}
        strokeWidth={look.hollow ? 2 : 0}
      />
    </svg>
  );
}
