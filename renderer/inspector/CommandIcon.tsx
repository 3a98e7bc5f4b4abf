import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalDistributeCenter,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalDistributeCenter,
  type LucideIcon,
  Square,
} from 'lucide-react';

/** The sign of a command that aligns or spreads, found by the last words of its id. */
export function CommandIcon({ id }: { readonly id: string }) {
  const Icon = icons.find(([pattern]) => pattern.test(id))?.[1] ?? Square;
  return <Icon size={14} aria-hidden="true" />;
}

const icons: readonly (readonly [RegExp, LucideIcon])[] = [
  [/distribute\.x/i, AlignHorizontalDistributeCenter],
  [/distribute/i, AlignVerticalDistributeCenter],
  [/left/i, AlignStartVertical],
  [/right/i, AlignEndVertical],
  [/top/i, AlignStartHorizontal],
  [/bottom/i, AlignEndHorizontal],
  [/middle/i, AlignCenterHorizontal],
  [/centre/i, AlignCenterVertical],
];
