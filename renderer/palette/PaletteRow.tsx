import { memo, type Ref } from 'react';
import type { Json } from '../../core/kinds/value.ts';
import type { NodeSpec, PortShape } from '../../core/studio/catalog.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import { lookOf } from '../kinds/kind.ts';
import { signsOf } from './families.ts';

/** What a dragged node type is called in a drag's data; the canvas adds what it finds there. */
export const nodeDragType = 'application/x-tributary-node';

export interface RowHandlers {
  readonly add: (type: string) => void;
  readonly point: (spec: NodeSpec, row: Element, how: 'pointer' | 'focus') => void;
  readonly leave: () => void;
}

/** One node type: its name, and signs of the kinds that go in and come out. Drag it, double-click it, or press Enter. */
export const PaletteRow = memo(function PaletteRow({
  spec,
  role,
  id,
  active,
  handlers,
  rowRef,
}: {
  readonly spec: NodeSpec;
  readonly role: 'treeitem' | 'option';
  readonly id: string;
  /** In a list of results: the one that Enter adds. */
  readonly active: boolean;
  readonly handlers: RowHandlers;
  readonly rowRef?: Ref<HTMLDivElement>;
}) {
  const said = role === 'option' ? { role, 'aria-selected': active } : { role };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role is in what is spread.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree and the search field hear the keys for all their rows.
    <div
      ref={rowRef}
      id={id}
      {...said}
      tabIndex={-1}
      data-type={spec.type}
      className={active ? 'palette-row active' : 'palette-row'}
      draggable
      onDragStart={(event) => {
        handlers.leave();
        startNodeDrag(event.dataTransfer, spec.type);
      }}
      onDoubleClick={() => handlers.add(spec.type)}
      onClick={(event) => event.currentTarget.focus()}
      onPointerEnter={(event) => handlers.point(spec, event.currentTarget, 'pointer')}
      onPointerLeave={handlers.leave}
      onFocus={(event) => {
        if (event.currentTarget.matches(':focus-visible')) handlers.point(spec, event.currentTarget, 'focus');
      }}
      onBlur={handlers.leave}
    >
      <span className="name">{spec.title}</span>
      {spec.own && (
        <span className="own" title="One of your own nodes">
          own
        </span>
      )}
      <Signs inputs={spec.inputs} outputs={spec.outputs} />
    </div>
  );
});

function Signs({ inputs, outputs }: { readonly inputs: readonly PortShape[]; readonly outputs: readonly PortShape[] }) {
  const takes = signsOf(inputs);
  const gives = signsOf(outputs);
  return (
    <span className="signs" aria-hidden="true">
      {takes.map((kinds) => (
        <Glyph key={kinds.join()} look={lookOf(kinds)} size={9} />
      ))}
      {takes.length > 0 && gives.length > 0 && <i />}
      {gives.map((kinds) => (
        <Glyph key={kinds.join()} look={lookOf(kinds)} size={9} />
      ))}
    </span>
  );
}

export function startNodeDrag(data: DataTransfer, type: string, params?: Readonly<Record<string, Json>>): void {
  data.setData(nodeDragType, JSON.stringify(params === undefined ? { type } : { type, params }));
  data.effectAllowed = 'copy';
}
