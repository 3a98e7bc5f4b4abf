import type { SampleAnswer, SampleCard, SampleInput } from '../../core/studio/api.ts';
import { useStudio } from '../state/state.ts';
import { Moments } from './Moments.tsx';
import { useWidth } from './useWidth.ts';
import { wavePath } from './wavePath.ts';

/** How a card is drawn until its width is known. */
const usualWidth = 344;
const artHeight = 176;

/** What goes into a sample and what comes out of it, in one picture. */
export function SampleArt({ sample: { inputs, answer } }: { readonly sample: SampleCard }) {
  const picture = inputs.find((input) => input.kind === 'image' || input.kind === 'video');
  const others = inputs.filter((input) => input !== picture);
  if (picture !== undefined && answer?.kind === 'boxes') return <Boxed input={picture} answer={answer} />;
  if (answer?.kind === 'moments')
    return (
      <div className="art rows">
        {picture !== undefined ? (
          <Picture input={picture} />
        ) : (
          others.map((input) => <Other key={input.name} input={input} />)
        )}
        <Moments moments={answer.moments} />
      </div>
    );
  if (picture === undefined)
    return (
      <div className="art rows padded">
        {others.map((input) => (
          <Other key={input.name} input={input} />
        ))}
        <Answer answer={answer} most={3} />
      </div>
    );
  return (
    <div className="art beside">
      <Picture input={picture} />
      <div className="art-side">
        {others.map((input) => (
          <Other key={input.name} input={input} />
        ))}
        <Answer answer={answer} most={others.length > 0 ? 2 : 4} />
      </div>
    </div>
  );
}

function Picture({ input }: { readonly input: SampleInput }) {
  const api = useStudio((s) => s.api);
  // Its thumbnail may still be in the making.
  if (input.blob === undefined) return <div className="art-picture" />;
  return <img className="art-picture" src={api.blobUrl(input.blob)} alt="" draggable={false} />;
}

function Other({ input }: { readonly input: SampleInput }) {
  if (input.peaks !== undefined)
    return (
      <svg className="art-wave" viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden="true">
        <path d={wavePath(input.peaks, 100, 40)} vectorEffect="non-scaling-stroke" />
      </svg>
    );
  if (input.text !== undefined)
    return (
      <div className="art-text">
        <p>{input.text}</p>
      </div>
    );
  return null;
}

function Answer({ answer, most }: { readonly answer: SampleAnswer | null; readonly most: number }) {
  if (answer?.kind !== 'scores') return null;
  const best = answer.best.slice(0, most);
  const top = Math.max(...best.map(({ value }) => value), Number.EPSILON);
  return (
    <ol className="art-bars">
      {best.map(({ label, value }, i) => (
        <li key={label} className={i === 0 ? 'first' : undefined}>
          <span className="cut">{label}</span>
          <span>{value.toFixed(2)}</span>
          <i>
            <b style={{ width: `${(Math.max(0, value) / Math.max(1, top)) * 100}%` }} />
          </i>
        </li>
      ))}
    </ol>
  );
}

function Boxed({
  input,
  answer,
}: {
  readonly input: SampleInput;
  readonly answer: Extract<SampleAnswer, { readonly kind: 'boxes' }>;
}) {
  const api = useStudio((s) => s.api);
  const [svg, cardWidth] = useWidth(usualWidth);
  const { imageWidth: width, imageHeight: height, boxes } = answer;
  // One unit of the drawing is one pixel of the picture; `px` of them are one pixel on the screen.
  const px = 1 / Math.max(cardWidth / width, artHeight / height);
  const size = 11 * px;
  return (
    <svg
      ref={svg}
      className="art-boxed"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
    >
      {input.blob !== undefined && (
        <image href={api.blobUrl(input.blob)} width={width} height={height} preserveAspectRatio="none" />
      )}
      {boxes.map(({ box: [x1, y1, x2, y2], label, score }) => {
        const text = `${label} ${score.toFixed(2)}`;
        const tag = (text.length * 6.1 + 8) * px;
        const above = y1 - 16 * px > (height - artHeight * px) / 2;
        const y = above ? y1 - 16 * px : y1;
        return (
          <g key={`${text} ${x1} ${y1}`}>
            <rect className="box" x={x1} y={y1} width={x2 - x1} height={y2 - y1} strokeWidth={2 * px} />
            <rect className="tag" x={x1 - px} y={y} width={tag} height={16 * px} />
            <text x={x1 + 3 * px} y={y + 12 * px} fontSize={size}>
              {text}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
