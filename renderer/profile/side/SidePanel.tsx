import type { Profile } from '../../../core/profile/profile.ts';
import { TabRow } from '../../shell/TabRow.tsx';
import { type SideTab, setProfiling, useProfile } from '../profileState.ts';
import { AdvicePanel } from './AdvicePanel.tsx';
import { CostPanel } from './CostPanel.tsx';
import { SearchPanel } from './SearchPanel.tsx';

const tabs: readonly { readonly id: SideTab; readonly title: string }[] = [
  { id: 'advice', title: 'Advice' },
  { id: 'search', title: 'Search' },
  { id: 'cost', title: 'What-if' },
];

/** What can be done about it. */
export function SidePanel({ profile }: { readonly profile: Profile }) {
  const at = useProfile((s) => s.side);
  const helping = profile.advice.filter((one) => one.verdict === 'helps').length;
  return (
    <aside className="panel right profile-side" aria-label="Advice, search and cost">
      <div className="side-tabs">
        <TabRow
          name="What to do"
          prefix="side-tab"
          body="side-body"
          tabs={tabs}
          at={at}
          onChange={(side) => setProfiling({ side })}
          badge={(id) => (id === 'advice' && helping > 0 ? String(helping) : null)}
        />
      </div>
      <div className="side-body" role="tabpanel" id="side-body" aria-labelledby={`side-tab-${at}`}>
        {at === 'advice' && <AdvicePanel profile={profile} />}
        {at === 'search' && <SearchPanel profile={profile} />}
        {at === 'cost' && <CostPanel profile={profile} />}
      </div>
    </aside>
  );
}
