import type { AxisView } from '../../core/studio/api.ts';

/** Two shapes, axis by axis; axes that differ are marked. */
export function AxisCompare({ expected, got }: { readonly expected: AxisView; readonly got: AxisView }) {
  return (
    <div className="axes">
      <Row name="expected" view={expected} other={got} />
      <Row name="got" view={got} other={expected} />
    </div>
  );
}

function Row({ name, view, other }: { readonly name: string; readonly view: AxisView; readonly other: AxisView }) {
  const axes = view.dims.map((dim, place) => ({ dim, place, letter: view.letters[place] }));
  return (
    <div>
      <span className="quiet">{name}</span>
      <code className={view.dtype === other.dtype ? undefined : 'differs'}>{view.dtype}</code>
      {axes.map(({ dim, place, letter }) => (
        <span key={place} className={differs(view, other, place) ? 'axis differs' : 'axis'}>
          {dim}
          {letter !== undefined && <small>{letter}</small>}
        </span>
      ))}
    </div>
  );
}

/** A symbol or an unknown takes any number. */
function differs(a: AxisView, b: AxisView, place: number): boolean {
  if (a.dims.length !== b.dims.length) return true;
  const numbers = [a.dims[place], b.dims[place]].map(Number);
  if (numbers.every((n) => !Number.isNaN(n))) return numbers[0] !== numbers[1];
  const letters = [a.letters[place], b.letters[place]];
  return letters[0] !== undefined && letters[1] !== undefined && letters[0] !== letters[1];
}
