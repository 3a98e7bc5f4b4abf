import type { Json } from '../../core/kinds/value.ts';
import type { NodeState } from '../../core/run/result.ts';
import { msText } from '../preview/numbers.ts';
import { countText } from '../shell/words.ts';
import { type StudioState, useStudio } from '../state/state.ts';
import { labelOf } from './fieldText.ts';
import { notesOf, reportOf } from './runFacts.ts';
import { Facts, Section } from './Section.tsx';

const words: Readonly<Record<NodeState, string>> = {
  ran: 'ran',
  cached: 'came from the cache',
  missing: 'its modality was missing',
  skipped: 'did not run',
};

/** How the node fared in the run that is shown. */
export function LastRun({ id }: { readonly id: string }) {
  const report = useStudio((s) => reportOf(s, id));
  const notes = useStudio((s) => notesOf(s, id));
  const live = useStudio((s) => liveState(s, id));
  const pass = useStudio((s) => s.report?.passes.find((nodes) => nodes.includes(id)));
  if (report === null && live === null) return null;
  const facts: (readonly [string, string])[] = [];
  if (live !== null)
    facts.push(['State', live === 'running' ? 'runs now' : live === 'waiting' ? 'waits' : words[live]]);
  else if (report !== null) facts.push(['State', words[report.state]]);
  if (report !== null && (report.state === 'ran' || report.items > 0)) {
    // Of nodes that ran as one compiled part the first has the time of all.
    const ownTime = report.notes['compiledPart'] === undefined || report.runMs > 0;
    if (report.state === 'ran' && ownTime) facts.push(['Run time', msText(report.runMs)]);
    if (report.items > 1 && report.state === 'ran')
      facts.push(['Per item', `${msText(report.runMs / report.items)}, ${countText(report.items, 'item')}`]);
    else facts.push(['Items', String(report.items)]);
  }
  if (pass !== undefined && pass.length > 1)
    facts.push(['One pass with', pass.filter((other) => other !== id).join(', ')]);
  for (const [name, value] of Object.entries(notes ?? {})) {
    // The run's own sum stands above already.
    if (name !== 'runMs') facts.push([noteLabel(name), noteText(name, value)]);
  }
  return (
    <Section title="Last run">
      <Facts facts={facts} />
    </Section>
  );
}

function liveState({ run }: StudioState, id: string): 'running' | 'waiting' | NodeState | null {
  if (run?.phase !== 'running') return null;
  return Object.hasOwn(run.nodes, id) ? run.nodes[id].state : 'waiting';
}

function noteLabel(name: string): string {
  return name === 'queueMs' ? 'Waited for lane' : labelOf(name.replace(/Ms$/, ''));
}

function noteText(name: string, value: Json): string {
  // Parts are counted from one where people see them.
  if (name === 'compiledPart' && typeof value === 'number') return String(value + 1);
  if (typeof value === 'number') return name.endsWith('Ms') ? msText(value) : String(value);
  if (typeof value === 'string') return name === 'device' ? value.toUpperCase() : value;
  return Array.isArray(value) && value.length === 0 ? 'none' : JSON.stringify(value).slice(0, 200);
}
