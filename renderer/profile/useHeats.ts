import { useCallback, useMemo } from 'react';
import type { Profile } from '../../core/profile/profile.ts';
import { type HeatScale, heatStep } from './heat.ts';

/** Node → its step of heat, for what draws a profile. */
export function useHeats(profile: Profile, scale: HeatScale): (node: string) => number {
  const heats = useMemo(
    () => new Map(profile.measured.nodes.map((node) => [node.node, heatStep(scale, node.total.p50)])),
    [profile, scale],
  );
  return useCallback((node: string) => heats.get(node) ?? 0, [heats]);
}
