import { ArrowDown, ArrowUp, CircleHelp, Equal, Minus, Plus } from 'lucide-react';
import type { NodeDifference, Verdict } from '../../../core/profile/comparison.ts';

const icons = { faster: ArrowDown, slower: ArrowUp, same: Equal, unsure: CircleHelp } as const;
const words: Readonly<Record<Verdict, string>> = {
  faster: 'faster',
  slower: 'slower',
  same: 'no difference',
  unsure: 'cannot tell',
};
const titles: Readonly<Record<Verdict, string>> = {
  faster: 'Beyond doubt, and by more than the floor',
  slower: 'Beyond doubt, and by more than the floor',
  same: 'If there is a difference, it is too small to matter',
  unsure: 'Too few runs, or times too unsteady: there may be a difference',
};

/** A word and an icon: never a colour alone. */
export function VerdictWord({
  verdict,
  only = null,
}: {
  readonly verdict: Verdict;
  readonly only?: NodeDifference['only'];
}) {
  if (only !== null) {
    const Sign = only === 'before' ? Minus : Plus;
    return (
      <span className="verdict">
        <Sign size={12} aria-hidden="true" />
        {only === 'before' ? 'gone' : 'new'}
      </span>
    );
  }
  const Icon = icons[verdict];
  return (
    <span className={`verdict ${verdict}`} title={titles[verdict]}>
      <Icon size={12} aria-hidden="true" />
      {words[verdict]}
    </span>
  );
}
