import { countText } from '../../preview/numbers.ts';
import type { LaneBox } from './laneLayout.ts';
import { kindWords, spanFacts } from './spanFacts.ts';
import { visibleCount, visibleSpans } from './spanSummary.ts';
import type { TimelineProps } from './timelineProps.ts';
import type { Stretch } from './timeView.ts';

/** More than this is read by zooming in, not by scrolling. */
const mostRows = 400;

/** The spans in sight as a table, by start: the timeline for those who do not see it, or who want figures. */
export function SpanTable({
  trace,
  boxes,
  view,
  titleOf,
  samples,
  selected,
  onSelect,
}: Pick<TimelineProps, 'trace' | 'titleOf' | 'samples' | 'selected' | 'onSelect'> & {
  readonly boxes: readonly LaneBox[];
  readonly view: Stretch;
}) {
  const count = visibleCount(boxes, view);
  const spans = [...visibleSpans(boxes, view, 20_000)]
    .sort((a, b) => trace.spans.startMs[a] - trace.spans.startMs[b])
    .slice(0, mostRows);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <section className="span-table" tabIndex={0} aria-label="Spans in sight">
      <table>
        <caption className="quiet">
          {count > spans.length
            ? `The first ${spans.length} of ${countText(count, 'span')} in sight: zoom in for the others.`
            : `${countText(count, 'span')} in sight`}
        </caption>
        <thead>
          <tr>
            {['Node', 'What', 'Kind', 'On'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            {['From', 'Took', 'Moved', 'Item', 'Run'].map((name) => (
              <th key={name} scope="col" className="figure">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {spans.map((span) => {
            const facts = spanFacts(trace, span, titleOf, samples);
            return (
              <tr key={span} aria-current={facts.node === selected ? 'true' : undefined}>
                <th scope="row">
                  <button type="button" onClick={() => onSelect(facts.node === '' ? null : facts.node)}>
                    {facts.title}
                  </button>
                </th>
                <td>{facts.what}</td>
                <td>{kindWords[facts.kind]}</td>
                <td>{facts.worker}</td>
                <td className="figure">{facts.start}</td>
                <td className="figure">{facts.duration}</td>
                <td className="figure">{facts.bytes}</td>
                <td className="figure">{facts.item + 1}</td>
                <td className="figure">{facts.run + 1}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
