import { useMemo } from 'react';
import type { PipelineDocument } from '../../core/graph/document.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import type { NodeSpec } from '../../core/studio/catalog.ts';
import { commands } from '../commands/commands.ts';
import { countText } from '../shell/words.ts';
import { state, useStudio } from '../state/state.ts';
import { CommandIcon } from './CommandIcon.tsx';
import { ParamFields } from './ParamForm.tsx';
import { Section } from './Section.tsx';
import { commonParams } from './setParam.ts';

const noProblems: ReadonlyMap<string, readonly ProblemData[]> = new Map();

/** Several things are selected: what they are, what can be done with all of them, what they have in common. */
export function ManyView({ ids, wires }: { readonly ids: readonly string[]; readonly wires: readonly string[] }) {
  const all = useStudio((s) => s.document.nodes);
  const groups = useStudio((s) => s.document.groups);
  const notes = useStudio((s) => s.document.notes);
  const specs = useStudio((s) => s.specs);
  const nodes = useMemo(() => {
    const wanted = new Set(ids);
    return all.filter((node) => wanted.has(node.id));
  }, [all, ids]);
  const known = nodes.flatMap((node): readonly NodeSpec[] => {
    const spec = specs.get(node.type);
    return spec === undefined ? [] : [spec];
  });
  const common = known.length === nodes.length ? commonParams([...new Set(known)]) : [];
  const counts = [
    [nodes.length, 'node'],
    [countOf(notes, ids), 'note'],
    [countOf(groups, ids), 'group'],
    [wires.length, 'wire'],
  ] as const;
  const types = [...new Map(known.map((spec) => [spec.type, spec])).values()];
  return (
    <>
      <header className="inspected">
        <h2>
          {counts
            .filter(([count]) => count > 0)
            .map(([count, noun]) => countText(count, noun))
            .join(', ')}
        </h2>
        <p className="quiet">
          {types.map(({ type, title }) => `${nodes.filter((node) => node.type === type).length} × ${title}`).join(', ')}
        </p>
      </header>
      <Actions />
      {nodes.length > 1 && (
        <Section title="Parameters in common" aside={common.length > 0 ? common.length : undefined}>
          {common.length === 0 ? (
            <p className="quiet">They have no parameter in common.</p>
          ) : (
            <ParamFields nodes={nodes} params={common} problems={noProblems} name="several nodes" />
          )}
        </Section>
      )}
    </>
  );
}

/** Commands of the canvas that work on what is selected. */
function Actions() {
  // What may be done follows from these two.
  useStudio((s) => s.selection);
  useStudio((s) => s.document);
  const shown = state();
  const align = commands.filter(({ id }) => /^canvas\.(align|distribute)\./.test(id));
  const rest = commands.filter(({ id }) =>
    /^(edit\.(group|duplicate|bypass|delete)|canvas\.arrangeSelection)$/.test(id),
  );
  if (align.length + rest.length === 0) return null;
  return (
    <Section title="Arrange">
      <div className="actions">
        {align.map((command) => {
          const title = typeof command.title === 'string' ? command.title : command.title(shown);
          return (
            <button
              key={command.id}
              type="button"
              className="icon-button"
              aria-label={title}
              title={title}
              disabled={command.enabled?.(shown) === false}
              onClick={() => void command.run()}
            >
              <CommandIcon id={command.id} />
            </button>
          );
        })}
      </div>
      <div className="actions">
        {rest.map((command) => (
          <button
            key={command.id}
            type="button"
            className="button small"
            disabled={command.enabled?.(shown) === false}
            onClick={() => void command.run()}
          >
            {typeof command.title === 'string' ? command.title : command.title(shown)}
          </button>
        ))}
      </div>
    </Section>
  );
}

function countOf(list: PipelineDocument['notes'] | PipelineDocument['groups'], ids: readonly string[]): number {
  return list.filter(({ id }) => ids.includes(id)).length;
}
