import { useCallback, useEffect, useRef, useState } from 'react';
import { setTime } from '../../state/viewing.ts';
import type { Region } from './SoundLarge.tsx';

export interface Player {
  readonly playing: boolean;
  /** Seconds from the sound's beginning. */
  readonly at: number;
  readonly problem: string | null;
  readonly toggle: () => void;
  readonly seek: (at: number) => void;
}

/** Plays a sound, or the region of it. With `studioFrom` the studio's time goes along, from there. */
export function usePlayer(url: string | null, region: Region | null, studioFrom: number | null): Player {
  const audio = useRef<HTMLAudioElement | null>(null);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const latest = useRef({ region, studioFrom });
  latest.current = { region, studioFrom };

  const reach = useCallback((seconds: number): void => {
    setAt(seconds);
    const from = latest.current.studioFrom;
    if (from !== null) setTime(from + seconds);
  }, []);

  useEffect(() => {
    setAt(0);
    setPlaying(false);
    setProblem(null);
    if (url === null) return;
    const element = new Audio(url);
    element.preload = 'auto';
    element.onended = () => setPlaying(false);
    element.onerror = () => setProblem('The sound cannot be played here.');
    audio.current = element;
    return () => {
      element.onerror = null;
      element.pause();
      element.removeAttribute('src');
      audio.current = null;
    };
  }, [url]);

  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    const follow = (): void => {
      const element = audio.current;
      if (element === null) return;
      const end = latest.current.region?.to;
      if (end !== undefined && element.currentTime >= end) {
        element.pause();
        element.currentTime = latest.current.region?.from ?? 0;
        setPlaying(false);
      }
      reach(element.currentTime);
      frame = requestAnimationFrame(follow);
    };
    frame = requestAnimationFrame(follow);
    return () => cancelAnimationFrame(frame);
  }, [playing, reach]);

  const seek = useCallback(
    (seconds: number): void => {
      if (audio.current !== null) audio.current.currentTime = seconds;
      reach(seconds);
    },
    [reach],
  );
  const toggle = useCallback((): void => {
    const element = audio.current;
    if (element === null) return;
    if (!element.paused) {
      element.pause();
      setPlaying(false);
      return;
    }
    const now = latest.current.region;
    if (now !== null && (element.currentTime < now.from || element.currentTime >= now.to))
      element.currentTime = now.from;
    element.play().then(
      () => setPlaying(true),
      () => setProblem('The sound cannot be played here.'),
    );
  }, []);
  return { playing, at, problem, toggle, seek };
}
