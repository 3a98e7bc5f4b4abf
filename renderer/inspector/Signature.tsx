import type { DocumentNode } from '../../core/graph/document.ts';
import type { PortShape } from '../../core/studio/catalog.ts';
import { portsOf, wiresByInput } from '../canvas/indexes.ts';
import { showNode } from '../canvas/show.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import { kindLooks, lookOf } from '../kinds/kind.ts';
import { useStudio } from '../state/state.ts';
import { Section } from './Section.tsx';

/** The node's ports with the types that the check found, and where their wires lead. */
export function Signature({ node }: { readonly node: DocumentNode }) {
  const report = useStudio((s) => s.report);
  const spec = useStudio((s) => s.specs.get(node.type));
  const wires = useStudio((s) => s.document.wires);
  const nodes = useStudio((s) => s.document.nodes);
  const ports = portsOf({ ...empty, nodes, wires }, node, report, spec);
  if (ports.inputs.length + ports.outputs.length === 0)
    return (
      <Section title="Signature">
        <p className="quiet">
          {spec?.dynamicPorts === true ? 'It has ports once its file is there.' : 'It has no ports.'}
        </p>
      </Section>
    );
  return (
    <Section title="Signature" aside={`${ports.inputs.length} in, ${ports.outputs.length} out`}>
      <ul className="signature">
        {ports.inputs.map((port) => {
          const from = wiresByInput(wires).get(`${node.id}.${port.name}`)?.from;
          return (
            <Port
              key={`in ${port.name}`}
              port={port}
              side="in"
              type={from === undefined ? port.wants : (report?.typeTexts[from] ?? port.wants)}
              kind={from === undefined ? undefined : report?.types[from]?.kind}
              from={from}
            />
          );
        })}
        {ports.outputs.map((port) => (
          <Port
            key={`out ${port.name}`}
            port={port}
            side="out"
            type={report?.typeTexts[`${node.id}.${port.name}`] ?? port.kinds.join(' or ')}
            kind={report?.types[`${node.id}.${port.name}`]?.kind}
          />
        ))}
      </ul>
    </Section>
  );
}

function Port({
  port,
  side,
  type,
  kind,
  from,
}: {
  readonly port: PortShape;
  readonly side: 'in' | 'out';
  readonly type: string;
  readonly kind: keyof typeof kindLooks | undefined;
  readonly from?: string;
}) {
  const look = kind === undefined ? lookOf(port.kinds) : kindLooks[kind];
  const told = [
    side,
    ...(side === 'in' && from === undefined ? [port.optional ? 'may be left open' : 'not wired'] : []),
    ...(port.acceptsMissing ? ['may be missing'] : []),
  ];
  return (
    <li title={port.doc}>
      <Glyph look={look} />
      <div>
        <p>
          <span>{port.name}</span>
          <em>{told.join(' · ')}</em>
        </p>
        {type !== '' && <code>{type}</code>}
        {port.wants !== '' && port.wants !== type && side === 'in' && (
          <p className="quiet">
            wants <code>{port.wants}</code>
          </p>
        )}
        {from !== undefined && (
          <button type="button" className="link" onClick={() => showNode(from.slice(0, from.indexOf('.')))}>
            from {from}
          </button>
        )}
        <span className="spoken">{port.doc}</span>
      </div>
    </li>
  );
}

const empty = {
  schemaVersion: 1,
  name: '',
  groups: [],
  notes: [],
  inputs: {},
  outputs: {},
  files: [],
} as const;
