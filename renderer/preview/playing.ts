import { useCallback, useEffect, useState } from 'react';
import { state } from '../state/state.ts';
import { setTime } from '../state/viewing.ts';

/** Whoever plays the studio's time now: one at a time. */
let stopOther: (() => void) | null = null;

/** With reduced motion previews change a few times a second, not sixty. */
const calmStepMs = 500;

/** Lets the studio's time run at its own pace between two ends. At the end it stops; playing again begins anew. */
export function usePlaying(from: number, to: number): readonly [boolean, () => void] {
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return;
    stopOther?.();
    const stop = (): void => setPlaying(false);
    stopOther = stop;
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    const start = state().time >= to - 1e-3 || state().time < from ? from : state().time;
    const begun = performance.now();
    let set = start;
    let said = begun;
    setTime(start);
    let frame = 0;
    const go = (now: number): void => {
      // Somebody moved the time by hand: that ends the playing.
      if (state().time !== set) {
        stop();
        return;
      }
      const next = Math.min(to, start + (now - begun) / 1000);
      if (!calm || now - said >= calmStepMs || next >= to) {
        said = now;
        set = next;
        setTime(next);
      }
      if (next >= to) stop();
      else frame = requestAnimationFrame(go);
    };
    frame = requestAnimationFrame(go);
    return () => {
      cancelAnimationFrame(frame);
      if (stopOther === stop) stopOther = null;
    };
  }, [playing, from, to]);
  const toggle = useCallback(() => setPlaying((now) => !now), []);
  return [playing, toggle];
}
