import { useState } from 'react';
import { showNode } from '../canvas/show.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import { lookOf } from '../kinds/kind.ts';
import { useStudio } from '../state/state.ts';
import { findNodes } from './findNodes.ts';
import { Modal } from './Modal.tsx';
import { Marked, PickList } from './PickList.tsx';
import { countText } from './words.ts';

/** Finds nodes of the open pipeline and goes to the one chosen. */
export function FindDialog({ onClose }: { readonly onClose: () => void }) {
  const document = useStudio((s) => s.document);
  const specs = useStudio((s) => s.specs);
  const [query, setQuery] = useState('');
  const found = findNodes(document, specs, query);
  return (
    <Modal title="Find nodes" className="picker" bare onClose={onClose}>
      <PickList
        label="Find nodes"
        placeholder="Name, type or value of a parameter"
        query={query}
        onQuery={setQuery}
        onPick={(id) => {
          onClose();
          window.setTimeout(() => showNode(id));
        }}
        none={
          document.nodes.length === 0 ? 'There are no nodes yet.' : 'No node has that in its name, type or parameters.'
        }
        foot={
          <p className="pick-foot" role="status">
            {countText(found.length, 'node')}
          </p>
        }
        picks={found.map(({ node, title, where, marks }) => {
          const spec = specs.get(node.type);
          const port = spec?.outputs[0] ?? spec?.inputs[0];
          return {
            id: node.id,
            row: (
              <>
                <Glyph look={lookOf(port?.kinds ?? [])} />
                <span className="pick-title">
                  <Marked text={title} marks={marks} />
                  {where !== '' && <small>{where}</small>}
                </span>
                <span className="pick-note mono">{node.type}</span>
              </>
            ),
          };
        })}
      />
    </Modal>
  );
}
