import type { ReactNode } from 'react';

/** The sunken place that a preview lies in. */
export function Well({ height, children }: { readonly height: number; readonly children: ReactNode }) {
  return (
    <span className="well" style={{ height }}>
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
