import { type ParamSpec, paramExpectation } from '../../core/define/param.ts';

/** What a parameter means, what it takes and what it is unless set: shown beside its field. */
export function ParamCard({
  name,
  label,
  spec,
}: {
  readonly name: string;
  readonly label: string;
  readonly spec: ParamSpec;
}) {
  return (
    <>
      <header>
        <b>{label}</b>
        <code className="quiet">{name}</code>
      </header>
      <p>{spec.doc}</p>
      {spec.form === 'choice' && spec.choiceDocs !== undefined && (
        <dl className="choice-docs">
          {spec.choices.map((choice, i) => (
            <div key={choice}>
              <dt>{choice}</dt>
              <dd>{spec.choiceDocs?.[i]}</dd>
            </div>
          ))}
        </dl>
      )}
      <p className="quiet">
        {spec.form === 'choice' ? '' : `Takes ${paramExpectation(spec)}. `}
        {spec.default === '' || spec.default === null
          ? 'Not set unless you set it.'
          : `Default ${JSON.stringify(spec.default).slice(0, 80)}.`}
      </p>
    </>
  );
}
