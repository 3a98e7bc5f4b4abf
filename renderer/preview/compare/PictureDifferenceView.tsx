import { useEffect, useMemo, useRef } from 'react';
import { usePixels } from '../large/usePixels.ts';
import { numberText, shareText } from '../numbers.ts';
import { pictureDifference } from './pictures.ts';

interface Side {
  readonly blob: string;
  readonly width: number;
  readonly height: number;
}

/** Where two pictures differ: black is the same, brighter is farther apart. */
export function PictureDifferenceView({ left, right }: { readonly left: Side; readonly right: Side }) {
  const same = left.blob === right.blob && left.width === right.width && left.height === right.height;
  const a = usePixels(same ? undefined : left.blob);
  const b = usePixels(same ? undefined : right.blob);
  const canvas = useRef<HTMLCanvasElement>(null);
  const difference = useMemo(() => (a === null || b === null ? null : pictureDifference(a, b)), [a, b]);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || difference === null || a === null) return;
    context.canvas.width = a.width;
    context.canvas.height = a.height;
    context.putImageData(new ImageData(difference.picture, a.width, a.height), 0, 0);
  }, [difference, a]);
  if (same) return <p className="side-note">The same picture as it is shown here.</p>;
  if (left.width !== right.width || left.height !== right.height) {
    return <p className="side-note">{`${left.width} × ${left.height} → ${right.width} × ${right.height}`}</p>;
  }
  if (a === null || b === null) return null;
  if (difference === null) return <p className="side-note">They were sent in two sizes and cannot be subtracted.</p>;
  const { max, mean, changed, gain } = difference;
  return (
    <figure className="picture-difference">
      <canvas ref={canvas} aria-label="Absolute difference" role="img" />
      <figcaption>
        {`Difference${gain > 1 ? `, shown × ${gain}` : ''}: largest ${max} of 255, mean ${numberText(mean)}, ${shareText(changed)} of the pixels`}
        <span className="quiet">{`Read from the pictures as shown, ${a.width} × ${a.height}.`}</span>
      </figcaption>
    </figure>
  );
}
