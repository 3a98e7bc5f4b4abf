import type { ReactNode } from 'react';

/** The sunken place that a preview lies in: so high by itself, and as high as there is room where the whole has a height. */
export function Well({ height, children }: { readonly height: number; readonly children: ReactNode }) {
  return (
    <span className="well" style={{ flex: `1 1 ${height}px` }}>
      {children}
    </span>
  );
}

/** One quiet line under a preview. */
export function Caption({ left, right = '' }: { readonly left: ReactNode; readonly right?: ReactNode }) {
  return (
    <span className="caption">
      <span className="grow">{left}</span>
      {right !== '' && <span>{right}</span>}
    </span>
  );
}
