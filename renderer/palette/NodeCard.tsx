import type { NodeSpec, PortShape } from '../../core/studio/catalog.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import { lookOf } from '../kinds/kind.ts';

/** What a node type is, in short: shown beside its row in the palette. */
export function NodeCard({ spec }: { readonly spec: NodeSpec }) {
  return (
    <>
      <header>
        <b>{spec.title}</b>
        <code className="quiet">{spec.type}</code>
      </header>
      <p>{spec.summary}</p>
      <PortList title="Takes" ports={spec.inputs} none={spec.external === null ? 'nothing' : 'from outside'} />
      <PortList
        title="Gives"
        ports={spec.outputs}
        none={spec.publishes ? 'a public output' : spec.dynamicPorts ? 'what its file says' : 'nothing'}
      />
      {spec.dynamicPorts && <p className="quiet">Its ports follow from its parameters or file.</p>}
      {spec.own && <p className="quiet">One of your own nodes.</p>}
    </>
  );
}

function PortList({
  title,
  ports,
  none,
}: {
  readonly title: string;
  readonly ports: readonly PortShape[];
  readonly none: string;
}) {
  return (
    <dl className="port-list">
      <dt>{title}</dt>
      <dd>
        {ports.length === 0 && <span className="quiet">{none}</span>}
        {ports.map((port) => (
          <span key={port.name}>
            <Glyph look={lookOf(port.kinds)} />
            {port.name}
            <span className="quiet">
              {port.kinds.length > 4 ? 'any kind' : port.kinds.join(' or ')}
              {port.optional && ', may be left open'}
              {port.wants !== '' && `, ${port.wants}`}
            </span>
          </span>
        ))}
      </dd>
    </dl>
  );
}
