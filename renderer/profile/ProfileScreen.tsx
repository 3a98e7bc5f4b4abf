import { useEffect, useMemo } from 'react';
import { FusedOverlay } from '../compiled/FusedOverlay.tsx';
import { useStudio } from '../state/state.ts';
import { HeatCanvas } from './canvas/HeatCanvas.tsx';
import { heatFlow } from './canvas/heatFlow.ts';
import { heatScale } from './heat.ts';
import { BottomParts } from './panels/BottomParts.tsx';
import { CompareOverlay } from './panels/CompareOverlay.tsx';
import { Measuring, NoProfile, Verdict } from './panels/Standing.tsx';
import { Strip } from './panels/Strip.tsx';
import { useProfile } from './profileState.ts';
import { enterProfiling } from './profiles.ts';
import { SidePanel } from './side/SidePanel.tsx';
import { useCardTitles } from './titles.ts';

/** The third state of the window: where the time goes, and what would make it less. */
export function ProfileScreen() {
  const session = useStudio((s) => s.session?.id);
  const own = useStudio((s) => s.document);
  const specs = useStudio((s) => s.specs);
  const profile = useProfile((s) => s.current);
  const titleOf = useCardTitles();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another pipeline has other profiles.
  useEffect(() => void enterProfiling(), [session]);
  // What was measured is drawn, not what became of it since.
  const document = profile?.document ?? own;
  const scale = useMemo(() => heatScale(profile?.measured.wall.p50 ?? 0), [profile]);
  const flow = useMemo(
    () => heatFlow({ document, specs, measured: profile?.measured ?? null, scale, titleOf }),
    [document, specs, profile, scale, titleOf],
  );
  return (
    <div className="middle profile-screen">
      <div className="centre">
        {profile !== null && <Strip profile={profile} />}
        <Measuring />
        {profile !== null && <Verdict profile={profile} />}
        <div className="heat-place">
          <HeatCanvas flow={flow} scale={scale} of={profile?.id ?? `design ${session}`} measured={profile !== null} />
          {profile === null && <NoProfile />}
        </div>
        {profile !== null && <BottomParts profile={profile} scale={scale} />}
      </div>
      {profile !== null && <SidePanel profile={profile} />}
      <CompareOverlay />
      <FusedOverlay />
    </div>
  );
}
