import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { VideoPreview } from '../../../core/studio/preview.ts';
import { useStudio } from '../../state/state.ts';
import { setTime } from '../../state/viewing.ts';
import { IconButton } from '../controls.tsx';
import { hertzText, numberText, timeText, wholeText } from '../numbers.ts';
import { Picture } from '../Picture.tsx';
import { PlayButton } from '../PlayButton.tsx';
import { PixelValue } from './ImageLarge.tsx';
import { type Pointed, Stage } from './Stage.tsx';
import { usePixels } from './usePixels.ts';

export function VideoLarge({
  preview,
  onScale,
  onGone,
}: {
  readonly preview: VideoPreview;
  readonly onScale: (pixels: number) => void;
  readonly onGone: () => void;
}) {
  const { width, height, frameRateHz, seconds, audio, blob, t } = preview;
  const time = useStudio((s) => s.time);
  const [point, setPoint] = useState<Pointed | null>(null);
  const pixels = usePixels(point === null ? undefined : blob);
  const at = Math.min(seconds, Math.max(0, time - t));
  const rate = frameRateHz > 0 ? frameRateHz : 30;
  const go = (to: number): void => setTime(t + Math.min(seconds, Math.max(0, to)));
  const facts = [
    `${wholeText(width)} × ${wholeText(height)}`,
    frameRateHz > 0 ? `${numberText(frameRateHz)} frames/s` : 'rate not known',
    audio === null ? 'no sound' : `sound ${hertzText(audio.sampleRateHz)}, ${audio.channels} ch`,
  ];
  return (
    <div className="video-large">
      <Stage
        width={width}
        height={height}
        name={`Video frame, ${width} × ${height}`}
        onPoint={setPoint}
        onScale={(scale) => onScale(Math.max(width, height) * scale)}
        readout={point === null ? facts.join(', ') : <PixelValue {...{ point, pixels, width, height }} colour="rgb" />}
      >
        {() => <Picture blob={blob} className="fill" onGone={onGone} />}
      </Stage>
      <div className="video-bar">
        <PlayButton from={t} to={t + seconds} />
        <IconButton name="Frame before" onClick={() => go((Math.round(at * rate) - 1) / rate)}>
          <ChevronLeft size={14} />
        </IconButton>
        <IconButton name="Next frame" onClick={() => go((Math.round(at * rate) + 1) / rate)}>
          <ChevronRight size={14} />
        </IconButton>
        <input
          type="range"
          aria-label="Place in the video"
          aria-valuetext={timeText(at)}
          min={0}
          max={seconds}
          step={1 / rate}
          value={at}
          onChange={(event) => go(Number(event.target.value))}
        />
        <output className="time-now">{`${timeText(at)} of ${timeText(seconds)}`}</output>
      </div>
    </div>
  );
}
