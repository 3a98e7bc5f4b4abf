import { Pause, Play } from 'lucide-react';
import { IconButton } from './controls.tsx';
import { usePlaying } from './playing.ts';

/** Plays and holds the studio's time. */
export function PlayButton({ from, to }: { readonly from: number; readonly to: number }) {
  const [playing, toggle] = usePlaying(from, to);
  return (
    <IconButton name={playing ? 'Pause' : 'Play'} onClick={toggle}>
      {playing ? <Pause size={14} /> : <Play size={14} />}
    </IconButton>
  );
}
