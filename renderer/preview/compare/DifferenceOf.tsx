import type { Preview, TensorPreview } from '../../../core/studio/preview.ts';
import { deltaText, numberText, scoreDeltaText, scoreText, shapeText, shareText } from '../numbers.ts';
import { scoreDeltas } from '../scores.ts';
import { cosine, similarityText } from '../vectors.ts';
import { wordDiff } from '../wordDiff.ts';
import { matchBoxes } from './boxMatch.ts';
import { jsonDifferences } from './jsonDifference.ts';
import { PictureDifferenceView } from './PictureDifferenceView.tsx';

/** How two values of one port differ, in the terms of their kind. */
export function DifferenceOf({ left, right }: { readonly left: Preview; readonly right: Preview }) {
  if (left.kind !== right.kind) return <p className="side-note">{`Of two kinds: ${left.type} and ${right.type}.`}</p>;
  if (left.kind === 'scores' && right.kind === 'scores') return <ScoresDelta left={left} right={right} />;
  if (left.kind === 'text' && right.kind === 'text') return <WordsDelta left={left.text} right={right.text} />;
  if (left.kind === 'tensor' && right.kind === 'tensor') return <TensorDelta left={left} right={right} />;
  if (left.kind === 'boxes' && right.kind === 'boxes') return <BoxesDelta left={left} right={right} />;
  if (left.kind === 'mask' && right.kind === 'mask') return <MaskDelta left={left} right={right} />;
  if (left.kind === 'json' && right.kind === 'json') return <JsonDelta left={left} right={right} />;
  if (left.kind === 'embedding' && right.kind === 'embedding') {
    const like = cosine(left.strip, right.strip);
    return (
      <p className="side-note">
        {like === null
          ? `Of ${left.length} and ${right.length} numbers.`
          : `Cosine similarity ${similarityText(like)}.`}
      </p>
    );
  }
  if (left.kind === 'audio' && right.kind === 'audio') {
    return (
      <p className="side-note">
        {[
          difference('length', left.seconds, right.seconds, ' s'),
          difference('peak', left.peak, right.peak, ''),
          difference('level', left.rmsDb, right.rmsDb, ' dB'),
          difference('rate', left.sampleRateHz, right.sampleRateHz, ' Hz'),
        ].join(', ')}
      </p>
    );
  }
  if (left.kind === 'image' && right.kind === 'image') return <PictureDifferenceView left={left} right={right} />;
  if (left.kind === 'video' && right.kind === 'video') return <PictureDifferenceView left={left} right={right} />;
  return null;
}

function difference(name: string, left: number, right: number, unit: string): string {
  return left === right ? `same ${name}` : `${name} ${deltaText(right - left)}${unit}`;
}

type Of<K extends Preview['kind']> = {
  readonly left: Extract<Preview, { readonly kind: K }>;
  readonly right: Extract<Preview, { readonly kind: K }>;
};
const mostRows = 12;

function ScoresDelta({ left, right }: Of<'scores'>) {
  const rows = scoreDeltas(left.best, right.best);
  const same = rows.every((row) => row.left === row.right);
  if (same) return <p className="side-note">The same scores.</p>;
  const first = left.best[0]?.label === right.best[0]?.label ? null : [left.best[0]?.label, right.best[0]?.label];
  return (
    <>
      {first !== null && <p className="side-note">{`The best is another: ${first[0]} → ${first[1]}.`}</p>}
      <table className="compare-table figures">
        <thead>
          <tr>
            <th scope="col">Label</th>
            <th scope="col">Left</th>
            <th scope="col">Right</th>
            <th scope="col">Difference</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, mostRows).map((row) => (
            <tr key={row.label}>
              <th scope="row">{row.label}</th>
              <td>{row.left === null ? '' : scoreText(row.left, left.form)}</td>
              <td>{row.right === null ? '' : scoreText(row.right, right.form)}</td>
              <td>{row.left === null || row.right === null ? '' : scoreDeltaText(row.right - row.left, left.form)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function WordsDelta({ left, right }: { readonly left: string; readonly right: string }) {
  if (left === right) return <p className="side-note">The same text.</p>;
  return (
    <p className="word-diff" dir="auto">
      {wordDiff(left, right).map((part, i) => {
        // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place.
        if (part.what === 'same') return <span key={i}>{part.text}</span>;
        // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place.
        return part.what === 'left' ? <del key={i}>{part.text}</del> : <ins key={i}>{part.text}</ins>;
      })}
    </p>
  );
}

function TensorDelta({ left, right }: { readonly left: TensorPreview; readonly right: TensorPreview }) {
  const shapes = shapeText(left.shape) === shapeText(right.shape) && left.dtype === right.dtype;
  if (left.statistics === null || right.statistics === null)
    return <p className="side-note">{shapes ? 'The same type and shape.' : `${left.type} → ${right.type}`}</p>;
  const [a, b] = [left.statistics, right.statistics];
  const names = {
    min: 'Least',
    max: 'Largest',
    mean: 'Mean',
    deviation: 'Deviation',
    zeros: 'Zeros',
    nan: 'NaN',
  } as const;
  const keys = Object.keys(names) as (keyof typeof names)[];
  if (shapes && keys.every((key) => a[key] === b[key])) return <p className="side-note">The same statistics.</p>;
  return (
    <>
      {!shapes && <p className="side-note">{`${left.type} → ${right.type}`}</p>}
      <table className="compare-table figures">
        <thead>
          <tr>
            <th scope="col">Statistic</th>
            <th scope="col">Left</th>
            <th scope="col">Right</th>
            <th scope="col">Difference</th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key}>
              <th scope="row">{names[key]}</th>
              <td>{numberText(a[key], 5)}</td>
              <td>{numberText(b[key], 5)}</td>
              <td>{a[key] === b[key] ? '0' : deltaText(b[key] - a[key])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function BoxesDelta({ left, right }: Of<'boxes'>) {
  const pairs = matchBoxes(left.boxes, right.boxes);
  const both = pairs.filter((pair) => pair.left !== null && pair.right !== null);
  const onlyLeft = pairs.filter((pair) => pair.right === null).length;
  const onlyRight = pairs.filter((pair) => pair.left === null).length;
  return (
    <>
      <p className="side-note">
        {`${both.length} found by both (same class, overlap of half or more), ${onlyLeft} only left, ${onlyRight} only right.`}
      </p>
      {pairs.length > 0 && (
        <table className="compare-table figures">
          <thead>
            <tr>
              <th scope="col">Box</th>
              <th scope="col">Left</th>
              <th scope="col">Right</th>
              <th scope="col">Overlap</th>
            </tr>
          </thead>
          <tbody>
            {pairs.slice(0, mostRows).map((pair, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a pair is its place.
              <tr key={i}>
                <th scope="row">{(pair.left ?? pair.right)?.label}</th>
                <td>{pair.left === null ? '' : scoreText(pair.left.score, 'independent')}</td>
                <td>{pair.right === null ? '' : scoreText(pair.right.score, 'independent')}</td>
                <td>{pair.overlap === 0 ? '' : pair.overlap.toFixed(2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function MaskDelta({ left, right }: Of<'mask'>) {
  const shares = new Map(left.classes.map((one) => [one.label, { left: one.share, right: 0 }]));
  for (const one of right.classes) shares.set(one.label, { left: shares.get(one.label)?.left ?? 0, right: one.share });
  const rows = [...shares].sort(([, a], [, b]) => Math.abs(b.right - b.left) - Math.abs(a.right - a.left));
  return (
    <table className="compare-table figures">
      <thead>
        <tr>
          <th scope="col">Class</th>
          <th scope="col">Left</th>
          <th scope="col">Right</th>
          <th scope="col">Difference</th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, mostRows).map(([label, share]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{shareText(share.left)}</td>
            <td>{shareText(share.right)}</td>
            <td>{share.left === share.right ? '0' : `${deltaText((share.right - share.left) * 100)} points`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const mostPlaces = 40;
function JsonDelta({ left, right }: Of<'json'>) {
  const places = jsonDifferences(left.json, right.json, mostPlaces);
  if (places.length === 0) return <p className="side-note">The same.</p>;
  return (
    <>
      <table className="compare-table">
        <thead>
          <tr>
            <th scope="col">Place</th>
            <th scope="col">Left</th>
            <th scope="col">Right</th>
          </tr>
        </thead>
        <tbody>
          {places.map((place) => (
            <tr key={place.path}>
              <th scope="row">
                <code>{place.path}</code>
              </th>
              <td>
                <code>{place.left ?? ''}</code>
              </td>
              <td>
                <code>{place.right ?? ''}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {places.length === mostPlaces && <p className="side-note">{`The first ${mostPlaces} places are shown.`}</p>}
    </>
  );
}
