import type { ShrunkModel } from '../../core/onnx/shrink/report.ts';
import { Fold } from '../inspector/Section.tsx';
import { useTitles } from '../profile/titles.ts';
import { baseName } from '../shell/paths.ts';
import { bytesText, countText } from '../shell/words.ts';
import { errorParts, leftByReason, shareText } from './reportWords.ts';
import { SensitivityTable } from './SensitivityTable.tsx';

const mostLayers = 6;

/** What was done to one model, layer by layer. */
export function ModelReport({ model }: { readonly model: ShrunkModel }) {
  const titleOf = useTitles();
  const { nodes, from, path, shrink } = model;
  const { search, left, sensitivity, done, zippedBefore, zippedAfter } = shrink;
  const errors = errorParts(shrink);
  return (
    <section className="model-report" aria-label={baseName(from)}>
      <h3>
        {nodes.map(titleOf).join(', ')}
        <span className="quiet mono">{baseName(path)}</span>
      </h3>
      <dl className="fact-list">
        <Fact name="Done">{shrink.how}</Fact>
        <Fact name="File">
          {bytesText(shrink.bytesBefore)} → {bytesText(shrink.bytesAfter)}
          {zippedBefore !== null && zippedAfter !== null && (
            <span className="quiet">
              , packed {bytesText(zippedBefore)} → {bytesText(zippedAfter)}
            </span>
          )}
        </Fact>
        {errors.length > 0 && <Fact name="Its outputs">{errors.join(', ')}</Fact>}
        {shrink.calibratedOn > 0 && <Fact name="Seen">{countText(shrink.calibratedOn, 'run')} of the model</Fact>}
        {search !== null && (
          <Fact name="The mix">
            {countText(done.length, 'layer')} within a drop of {shareText(search.maxDrop)}: it loses{' '}
            {shareText(search.drop)}, all layers would {shareText(search.dropOfAll)};{' '}
            {countText(search.tried, 'mix was', 'mixes were')} run
          </Fact>
        )}
      </dl>
      {left.length > 0 && (
        <Fold title={`${countText(left.length, 'layer')} as before`} name="shrink left" closed>
          <ul className="left-list">
            {leftByReason(left).map(({ why, layers }) => (
              <li key={why}>
                <p>{why}</p>
                <p className="mono quiet" title={layers.join('\n')}>
                  {layers.slice(0, mostLayers).join(', ')}
                  {layers.length > mostLayers && ` and ${layers.length - mostLayers} more`}
                </p>
              </li>
            ))}
          </ul>
        </Fold>
      )}
      {sensitivity.length > 0 && (
        <Fold title={`What each of ${countText(sensitivity.length, 'layer')} costs alone`} name="shrink sensitivity">
          <SensitivityTable rows={sensitivity} model={baseName(from)} />
        </Fold>
      )}
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
