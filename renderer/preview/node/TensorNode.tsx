import type { TensorPreview } from '../../../core/studio/preview.ts';
import { bytesText, numberText, wholeText } from '../numbers.ts';
import { Picture } from '../Picture.tsx';
import { tokenRuns, tokenText } from '../tokens.ts';
import { barPaths, curvePath } from '../waves.ts';
import { Caption, Well } from './Well.tsx';

interface Props {
  readonly preview: TensorPreview;
  readonly width: number;
  readonly height: number;
  readonly onGone: () => void;
}

/** What a tensor shows depends on what it is: tokens, a number, a few numbers, channels of a picture, a matrix. */
export function TensorNode(props: Props) {
  const { preview } = props;
  const { statistics, shape, dtype } = preview;
  const tokens = tokensOf(preview);
  const broken = statistics === null ? 0 : statistics.nan + statistics.infinite;
  const single = shape.every((dim) => dim === 1) ? preview.values[0] : undefined;
  return (
    <>
      <TensorPicture {...props} />
      {single === undefined && statistics !== null && tokens === undefined && (
        <Caption
          left={`${numberText(statistics.min)} … ${numberText(statistics.max)}`}
          right={
            broken > 0 ? (
              <b className="warn-ink">{wholeText(broken)} not finite</b>
            ) : (
              meanText(statistics.mean, props.width)
            )
          }
        />
      )}
      <Caption left={<code>{`${dtype}[${shape.join(',')}]`}</code>} right={bytesText(preview.bytes)} />
    </>
  );
}

/** Largest number of values that are drawn one by one. */
const mostBars = 64;

function TensorPicture({ preview, width, height, onGone }: Props) {
  const { values, shape, statistics, channelHistograms, heat, histogram } = preview;
  const tokens = tokensOf(preview);
  const total = shape.reduce((product, dim) => product * dim, 1);
  if (tokens !== undefined) return <TokenChips tokens={tokens} height={height} />;
  if (total === 0) return <Words height={height} text="Empty" />;
  if (total === 1) return <Words height={Math.min(height, 40)} text={singleText(values[0], statistics !== null)} big />;
  if (statistics === null) return <TextValues values={values} height={height} />;
  const vector = total === Math.max(...shape);
  if (vector && total <= mostBars && values.length >= total) return <Bars {...{ values, width, height }} />;
  if (channelHistograms !== undefined && channelHistograms.length > 1) {
    return <Curves curves={channelHistograms} width={width} height={height} zero={zeroAt(statistics, width)} />;
  }
  if (!vector && heat !== undefined) {
    return (
      <Well height={height}>
        <Picture blob={heat} className="exact fill" onGone={onGone} />
      </Well>
    );
  }
  return <Curves curves={[histogram]} width={width} height={height} zero={zeroAt(statistics, width)} />;
}

/** The range goes before the mean where there is no room for both. */
function meanText(mean: number, width: number): string {
  return width < 176 ? '' : `mean ${numberText(mean)}`;
}

/** Masks and segment numbers come beside ids and have as many; noughts and ones are no ids. */
export function tokensOf({ tokens, statistics }: TensorPreview): readonly string[] | undefined {
  return statistics !== null && statistics.max <= 1 ? undefined : tokens;
}

/** Where zero lies in the range, when it lies inside. */
function zeroAt({ min, max }: { readonly min: number; readonly max: number }, width: number): number | null {
  return min < 0 && max > 0 ? (-min / (max - min)) * width : null;
}

function singleText(value: string | undefined, numeric: boolean): string {
  if (value === undefined) return '';
  const number = Number(value);
  return numeric && !Number.isNaN(number) ? numberText(number, 6) : value;
}

function Words({
  text,
  height,
  big = false,
}: {
  readonly text: string;
  readonly height: number;
  readonly big?: boolean;
}) {
  return (
    <Well height={height}>
      <span className={big ? 'well-number' : 'well-words'}>{text}</span>
    </Well>
  );
}

export function TokenChips({ tokens, height }: { readonly tokens: readonly string[]; readonly height: number }) {
  return (
    <span className="tokens" style={{ maxHeight: height }}>
      {tokenRuns(tokens.slice(0, 80)).map(({ text, at, count }) => (
        <code key={at} className="token">
          {tokenText(text)}
          {count > 1 && <span className="quiet"> ×{at + count >= 80 && tokens.length > 80 ? '…' : count}</span>}
        </code>
      ))}
    </span>
  );
}

function TextValues({ values, height }: { readonly values: readonly string[]; readonly height: number }) {
  return (
    <span className="well lines" style={{ maxHeight: height }}>
      {values.slice(0, 4).map((value, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a value is its place.
        <span key={i}>{value}</span>
      ))}
    </span>
  );
}

function Bars({
  values,
  width,
  height,
}: {
  readonly values: readonly string[];
  readonly width: number;
  readonly height: number;
}) {
  const inside = height - 8;
  const { above, below, zero } = barPaths(values.map(Number), width - 8, inside);
  return (
    <Well height={height}>
      <svg className="bars" viewBox={`-4 -4 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={above} />
        <path className="below" d={below} />
        <line className="divide" x1={-4} x2={width - 4} y1={zero} y2={zero} />
      </svg>
    </Well>
  );
}

/** Distributions over one range; channels are told apart by their line as well as their hue. */
export function Curves({
  curves,
  width,
  height,
  zero,
}: {
  readonly curves: readonly (readonly number[])[];
  readonly width: number;
  readonly height: number;
  readonly zero: number | null;
}) {
  const most = Math.max(1, ...curves.flat());
  return (
    <Well height={height}>
      <svg className="curves" viewBox={`0 -5 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {zero !== null && <line className="zero" x1={zero} x2={zero} y1={-5} y2={height} />}
        {curves.map((bins, i) => (
          <path
            // biome-ignore lint/suspicious/noArrayIndexKey: a channel is its place.
            key={i}
            className={curves.length === 1 ? 'area' : `channel-${i}`}
            d={curvePath(bins, width, height - 8, most, curves.length === 1)}
          />
        ))}
      </svg>
    </Well>
  );
}
