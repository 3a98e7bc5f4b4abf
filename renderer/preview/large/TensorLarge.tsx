import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { TensorPreview } from '../../../core/studio/preview.ts';
import { IconButton, Tabs } from '../controls.tsx';
import { tokensOf } from '../node/TensorNode.tsx';
import { bytesText, numberText, shapeText, shareText, wholeText } from '../numbers.ts';
import { tokenText } from '../tokens.ts';
import { curvePath } from '../waves.ts';
import { HeatLarge } from './HeatLarge.tsx';
import { isVector, sliceName } from './slices.ts';
import { VectorBars } from './VectorBars.tsx';

type View = 'tokens' | 'bars' | 'heat' | 'histogram' | 'statistics' | 'values';
const titles: Readonly<Record<View, string>> = {
  tokens: 'Tokens',
  bars: 'Bars',
  heat: 'Heat map',
  histogram: 'Histogram',
  statistics: 'Statistics',
  values: 'Values',
};
export const valuesPerPage = 512;

export function TensorLarge({
  preview,
  end,
  slice,
  offset,
  onSlice,
  onOffset,
  onGone,
}: {
  readonly preview: TensorPreview;
  readonly end: string;
  readonly slice: number;
  readonly offset: number;
  readonly onSlice: (slice: number) => void;
  readonly onOffset: (offset: number) => void;
  readonly onGone: () => void;
}) {
  const { heat, histogram, statistics, shape, slices } = preview;
  const tokens = tokensOf(preview);
  const vector = isVector(shape);
  const there: readonly View[] = [
    ...(tokens === undefined ? [] : (['tokens'] as const)),
    ...(vector && statistics !== null ? (['bars'] as const) : []),
    ...(heat === undefined || vector ? [] : (['heat'] as const)),
    ...(histogram.length === 0 ? [] : (['histogram'] as const)),
    ...(statistics === null ? [] : (['statistics'] as const)),
    'values',
  ];
  const [chosen, setChosen] = useState<View | null>(null);
  const view = chosen !== null && there.includes(chosen) ? chosen : there[0];
  return (
    <div className="tensor-large kind-tensor">
      <div className="large-tools">
        <Tabs
          name="Ways to see the tensor"
          tabs={there.map((id) => ({ id, title: titles[id] }))}
          at={view}
          onChange={setChosen}
        />
        {view === 'heat' && slices > 1 && <SliceStepper {...{ shape, slices, slice, onSlice }} />}
        <span className="grow" />
        <span className="readout">{bytesText(preview.bytes)}</span>
      </div>
      {view === 'tokens' && <Tokens preview={preview} offset={offset} />}
      {view === 'bars' && <VectorBars preview={preview} offset={offset} />}
      {view === 'heat' && heat !== undefined && <HeatLarge {...{ preview, end, slice, heat, onGone }} />}
      {view === 'histogram' && <Histogram preview={preview} />}
      {view === 'statistics' && <Statistics preview={preview} />}
      {view === 'values' && <Values {...{ preview, offset, onOffset }} />}
    </div>
  );
}

function SliceStepper({
  shape,
  slices,
  slice,
  onSlice,
}: {
  readonly shape: readonly number[];
  readonly slices: number;
  readonly slice: number;
  readonly onSlice: (slice: number) => void;
}) {
  return (
    <fieldset className="stepper" aria-label="Slice">
      <IconButton name="Slice before" disabled={slice === 0} onClick={() => onSlice(slice - 1)}>
        <ChevronLeft size={14} />
      </IconButton>
      <input
        type="number"
        aria-label={`Slice, 1 to ${slices}`}
        min={1}
        max={slices}
        value={slice + 1}
        onChange={(event) => {
          const next = Math.round(Number(event.target.value)) - 1;
          if (next >= 0 && next < slices) onSlice(next);
        }}
      />
      <output>{`of ${wholeText(slices)}`}</output>
      <code>{sliceName(shape, slice)}</code>
      <IconButton name="Next slice" disabled={slice >= slices - 1} onClick={() => onSlice(slice + 1)}>
        <ChevronRight size={14} />
      </IconButton>
    </fieldset>
  );
}

function Tokens({ preview, offset }: { readonly preview: TensorPreview; readonly offset: number }) {
  const { tokens = [], values } = preview;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <ol className="token-list" tabIndex={0} aria-label="Tokens with their ids">
      {tokens.slice(0, 2000).map((token, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a token is its place.
        <li key={at}>
          <code>{tokenText(token)}</code>
          <span className="quiet">{values[at - offset] ?? ''}</span>
        </li>
      ))}
    </ol>
  );
}

const channelNames = ['channel 0', 'channel 1', 'channel 2', 'channel 3'];

function Histogram({ preview }: { readonly preview: TensorPreview }) {
  const { histogram, channelHistograms, statistics } = preview;
  const [each, setEach] = useState(true);
  if (statistics === null) return null;
  const { min, max, mean } = statistics;
  const channels = each && channelHistograms !== undefined && channelHistograms.length > 1 ? channelHistograms : null;
  const curves = channels ?? [histogram];
  const most = Math.max(1, ...curves.flat());
  const place = (x: number): number => (max > min ? (x - min) / (max - min) : 0.5) * 1000;
  return (
    <div className="histogram-large">
      <svg className="curves" viewBox="0 -10 1000 320" preserveAspectRatio="none">
        <title>How often each value occurs</title>
        {min < 0 && max > 0 && <line className="zero" x1={place(0)} x2={place(0)} y1={-10} y2={310} />}
        {curves.map((bins, i) => (
          <path
            // biome-ignore lint/suspicious/noArrayIndexKey: a channel is its place.
            key={i}
            className={channels === null ? 'area' : `channel-${i}`}
            d={channels === null ? stepsPath(bins, 1000, 310, most) : curvePath(bins, 1000, 310, most, false)}
          />
        ))}
      </svg>
      <div className="range-axis">
        <span>{numberText(min, 4)}</span>
        <span className="quiet">{`mean ${numberText(mean, 4)}`}</span>
        <span>{numberText(max, 4)}</span>
      </div>
      {channelHistograms !== undefined && channelHistograms.length > 1 && (
        <div className="legend">
          <label className="check">
            <input type="checkbox" checked={each} onChange={(event) => setEach(event.target.checked)} />
            By channel
          </label>
          {channels?.map((_, i) => (
            <span key={channelNames[i]} className="legend-entry">
              <svg className="curves" width="24" height="8" aria-hidden="true">
                <path className={`channel-${i}`} d="M0 4H24" />
              </svg>
              {channelNames[i]}
            </span>
          ))}
        </div>
      )}
      <p className="side-note">{`The tallest bin holds ${wholeText(most)} values.`}</p>
    </div>
  );
}

function stepsPath(bins: readonly number[], width: number, height: number, most: number): string {
  const step = width / bins.length;
  return bins
    .map((n, i) => `M${i * step} ${height}V${height - (n / most) * height}h${step * 0.92}V${height}Z`)
    .join('');
}

function Statistics({ preview }: { readonly preview: TensorPreview }) {
  const { statistics, shape, bytes, dtype } = preview;
  if (statistics === null) return null;
  const total = shape.reduce((product, dim) => product * dim, 1);
  const share = (count: number): string => (count === 0 ? '0' : `${wholeText(count)} (${shareText(count / total)})`);
  const rows: readonly (readonly [string, string, boolean?])[] = [
    ['Least', numberText(statistics.min, 7)],
    ['Largest', numberText(statistics.max, 7)],
    ['Mean', numberText(statistics.mean, 7)],
    ['Standard deviation', numberText(statistics.deviation, 7)],
    ['Zeros', share(statistics.zeros)],
    ['NaN', share(statistics.nan), statistics.nan > 0],
    ['Infinite', share(statistics.infinite), statistics.infinite > 0],
    ['Values', wholeText(total)],
    ['Shape', shapeText(shape)],
    ['Type', dtype],
    ['Size', bytesText(bytes)],
  ];
  return (
    <dl className="facts">
      {rows.map(([name, value, wrong]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={wrong === true ? 'warn-ink' : ''}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Values({
  preview,
  offset,
  onOffset,
}: {
  readonly preview: TensorPreview;
  readonly offset: number;
  readonly onOffset: (offset: number) => void;
}) {
  const { values, shape } = preview;
  const total = shape.reduce((product, dim) => product * dim, 1);
  if (total === 0) return <p className="side-note">The tensor holds no values.</p>;
  const last = Math.floor((total - 1) / valuesPerPage) * valuesPerPage;
  return (
    <div className="values-large">
      <div className="pager">
        <IconButton
          name="Page before"
          disabled={offset === 0}
          onClick={() => onOffset(Math.max(0, offset - valuesPerPage))}
        >
          <ChevronLeft size={14} />
        </IconButton>
        <output>{`${wholeText(offset)} to ${wholeText(Math.min(total, offset + values.length) - 1)} of ${wholeText(total)}`}</output>
        <IconButton
          name="Next page"
          disabled={offset >= last}
          onClick={() => onOffset(Math.min(last, offset + valuesPerPage))}
        >
          <ChevronRight size={14} />
        </IconButton>
        <span className="side-note">Row-major, from index</span>
        <input
          className="small-number"
          type="number"
          aria-label="First index shown"
          min={0}
          max={total - 1}
          value={offset}
          onChange={(event) => {
            const next = Math.round(Number(event.target.value));
            if (next >= 0 && next < total) onOffset(next);
          }}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
      <ol className="value-grid" tabIndex={0} aria-label="Values">
        {values.map((value, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a value is its place.
          <li key={i} title={placeText(shape, offset + i)}>
            {value}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** `[0, 2, 17, 4]` of a row-major index. */
function placeText(shape: readonly number[], index: number): string {
  const place: number[] = [];
  let left = index;
  for (const dim of [...shape].reverse()) {
    place.unshift(left % dim);
    left = Math.floor(left / dim);
  }
  return shapeText(place);
}
