import type { AudioPreview } from '../../../core/studio/preview.ts';
import { useStudio } from '../../state/state.ts';
import { hertzText, numberText, timeText } from '../numbers.ts';
import { gainOf, wavePath } from '../waves.ts';
import { Caption, Well } from './Well.tsx';

export function SoundNode({
  preview,
  width,
  height,
}: {
  readonly preview: AudioPreview;
  readonly width: number;
  readonly height: number;
}) {
  const { peaks, peak, seconds, sampleRateHz, channels, t } = preview;
  const rows = Math.max(1, peaks.length);
  const tall = height / rows;
  const columns = Math.floor(width / 3);
  return (
    <>
      <Well height={height}>
        <svg className="wave" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          {peaks.map((channel, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a channel is its place.
            <g key={i} transform={`translate(0 ${i * tall + 3})`}>
              <path d={wavePath(channel, columns, width, tall - 6, gainOf(peak))} />
            </g>
          ))}
          {rows > 1 && <line className="divide" x1={0} x2={width} y1={tall} y2={tall} />}
        </svg>
        {peaks.length === 0 && <span className="well-words">No sound in it</span>}
        <Cursor from={t} seconds={seconds} />
      </Well>
      <Caption
        left={`${hertzText(sampleRateHz)}, ${channels === 1 ? 'mono' : `${channels} ch`}`}
        right={seconds < 1 ? `${numberText(seconds * 1000)} ms` : timeText(seconds, seconds < 10 ? 2 : 1)}
      />
    </>
  );
}

/** Where the studio's time stands in this sound. */
function Cursor({ from, seconds }: { readonly from: number; readonly seconds: number }) {
  const part = useStudio((s) => (seconds > 0 && s.time > 0 ? (s.time - from) / seconds : -1));
  if (part <= 0 || part > 1) return null;
  return <span className="time-cursor" style={{ left: `${part * 100}%` }} />;
}
