import { Pause, Play, X } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { AudioPreview } from '../../../core/studio/preview.ts';
import { useStudio } from '../../state/state.ts';
import { decimalsOf, hertzMarks, ticksOf } from '../axis.ts';
import { hertzText, numberText, timeText, wholeText } from '../numbers.ts';
import { Picture } from '../Picture.tsx';
import { useSize } from '../useSize.ts';
import { gainOf, wavePath } from '../waves.ts';
import { usePlayer } from './usePlayer.ts';

export interface Region {
  readonly from: number;
  readonly to: number;
}

export function SoundLarge({
  preview,
  follow,
  onGone,
}: {
  readonly preview: AudioPreview;
  /** Playing moves the studio's time: only where this sound is the whole of its port. */
  readonly follow: boolean;
  readonly onGone: () => void;
}) {
  const { seconds, sampleRateHz, channels, peak, rmsDb, sound, t } = preview;
  const [region, setRegion] = useState<Region | null>(null);
  const api = useStudio((s) => s.api);
  const player = usePlayer(sound === undefined ? null : api.blobUrl(sound), region, follow ? t : null);
  const heard = Math.min(seconds, 60);
  const keys = (event: KeyboardEvent): void => {
    if (event.key !== ' ' || event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    player.toggle();
  };
  return (
    <section className="sound-large" onKeyDown={keys} aria-label="Sound">
      <div className="large-tools">
        <button
          type="button"
          className="icon-button"
          aria-label={player.playing ? 'Pause' : region === null ? 'Play' : 'Play the region'}
          title={player.playing ? 'Pause (Space)' : 'Play (Space)'}
          disabled={sound === undefined}
          onClick={player.toggle}
        >
          {player.playing ? <Pause size={14} /> : <Play size={14} />}
        </button>
        <output className="time-now">{`${timeText(player.at)} of ${timeText(seconds)}`}</output>
        {region !== null && (
          <>
            <span className="readout">{`${timeText(region.from, 3)} to ${timeText(region.to, 3)}, ${timeText(region.to - region.from, 3)} long`}</span>
            <button
              type="button"
              className="icon-button"
              aria-label="Forget the region"
              title="Forget the region"
              onClick={() => setRegion(null)}
            >
              <X size={14} />
            </button>
          </>
        )}
        <span className="grow" />
        <span className="readout">
          {`${hertzText(sampleRateHz)}, ${channels === 1 ? 'mono' : `${wholeText(channels)} channels`}, peak ${numberText(peak)}, ${numberText(rmsDb)} dB RMS`}
        </span>
      </div>
      <Waves {...{ preview, region, at: player.at }} onRegion={setRegion} onSeek={player.seek} onGone={onGone} />
      {seconds > heard && <p className="side-note">{`The first ${heard} s can be listened to.`}</p>}
      {player.problem !== null && <p className="side-note warn-ink">{player.problem}</p>}
    </section>
  );
}

const axisWidth = 44;

function Waves({
  preview,
  region,
  at,
  onRegion,
  onSeek,
  onGone,
}: {
  readonly preview: AudioPreview;
  readonly region: Region | null;
  readonly at: number;
  readonly onRegion: (region: Region | null) => void;
  readonly onSeek: (at: number) => void;
  readonly onGone: () => void;
}) {
  const { peaks, peak, seconds, sampleRateHz, spectrogram } = preview;
  const [ref, { width, height }] = useSize<HTMLDivElement>();
  const begun = useRef<number | null>(null);
  const rows = Math.max(1, peaks.length);
  const waves = Math.round(
    Math.max(0, height - 24) * (spectrogram === undefined ? 1 : Math.min(0.6, 0.28 + 0.06 * rows)),
  );
  const tall = waves / rows;
  const ticks = ticksOf(0, seconds, Math.max(2, width / 90));
  const decimals = decimalsOf(ticks);
  const timeOf = (event: PointerEvent<HTMLElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(seconds, Math.max(0, ((event.clientX - box.left) / box.width) * seconds));
  };
  const move = (event: PointerEvent<HTMLElement>): void => {
    if (begun.current === null) return;
    const now = timeOf(event);
    // A few pixels are a click.
    if (Math.abs(now - begun.current) * (width / Math.max(seconds, 1e-9)) < 4) return;
    onRegion({ from: Math.min(begun.current, now), to: Math.max(begun.current, now) });
  };
  const keys = (event: KeyboardEvent): void => {
    const step = seconds / 100;
    const to = { ArrowLeft: at - step, ArrowRight: at + step, Home: 0, End: seconds }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = Math.min(seconds, Math.max(0, to));
    if (event.shiftKey) onRegion(grown(region, at, next));
    onSeek(next);
  };
  const part = (time: number): string => `${(100 * time) / Math.max(seconds, 1e-9)}%`;
  return (
    <div className="sound-frame">
      <div className="hertz-axis" style={{ width: axisWidth, top: waves }} aria-hidden="true">
        {spectrogram !== undefined &&
          hertzMarks(sampleRateHz / 2).map((mark) => (
            <span key={mark.hertz} style={{ bottom: `${mark.at * 100}%` }}>
              {mark.hertz === 0 ? 'Hz' : mark.hertz >= 1000 ? `${mark.hertz / 1000}k` : mark.hertz}
            </span>
          ))}
      </div>
      <div
        ref={ref}
        className="sound-stage"
        role="slider"
        aria-label="Place in the sound. Shift with arrows selects a region."
        aria-valuemin={0}
        aria-valuemax={seconds}
        aria-valuenow={at}
        aria-valuetext={timeText(at)}
        tabIndex={0}
        onKeyDown={keys}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          begun.current = timeOf(event);
        }}
        onPointerMove={move}
        onPointerUp={(event) => {
          const now = timeOf(event);
          if (begun.current !== null && Math.abs(now - begun.current) * (width / Math.max(seconds, 1e-9)) < 4) {
            onRegion(null);
            onSeek(now);
          } else if (begun.current !== null) onSeek(Math.min(begun.current, now));
          begun.current = null;
        }}
      >
        <svg className="wave" style={{ height: waves }} viewBox={`0 0 ${width} ${waves}`} preserveAspectRatio="none">
          <title>Waveform</title>
          {peaks.map((channel, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a channel is its place.
            <g key={i} transform={`translate(0 ${i * tall + 4})`}>
              <line className="divide" x1={0} x2={width} y1={tall / 2 - 4} y2={tall / 2 - 4} />
              <path className="fine" d={wavePath(channel, width, width, tall - 8, gainOf(peak))} />
            </g>
          ))}
        </svg>
        {spectrogram !== undefined && <Picture blob={spectrogram} className="fill spectrogram" onGone={onGone} />}
        {region !== null && (
          <span className="region" style={{ left: part(region.from), width: part(region.to - region.from) }} />
        )}
        <span className="time-cursor" style={{ left: part(at) }} />
        <div className="time-axis" aria-hidden="true">
          {ticks.map((tick) => (
            <span key={tick} style={{ left: part(tick) }}>
              {tick === 0 ? '0 s' : tick.toFixed(decimals)}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}

/** The region with its nearer end moved to `to`. */
function grown(region: Region | null, from: number, to: number): Region {
  const { from: a, to: b } = region ?? { from, to: from };
  const fixed = Math.abs(from - a) < Math.abs(from - b) ? b : a;
  return { from: Math.min(fixed, to), to: Math.max(fixed, to) };
}
