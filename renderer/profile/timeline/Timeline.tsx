import type { TimelineProps } from './timelineProps.ts';

/** Where the time of a run went, one lane per worker. */
export function Timeline({ trace, runs }: TimelineProps) {
  return (
    <section className="timeline" aria-label="Timeline">
      <h3>Timeline</h3>
      <p className="quiet">{`Runs ${runs.first + 1} to ${runs.last + 1} of ${trace.runs.count}`}</p>
    </section>
  );
}
