import { Check, Copy, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

const example = `import { defineNode, p, port } from 'tributary';

export const shout = defineNode({
  type: 'my.shout', version: 1,
  title: 'Shout', summary: 'Makes text loud.',
  inputs: { text: port.text({ doc: 'Quiet.' }) },
  outputs: { text: port.text({ doc: 'Loud.' }) },
  params: {
    marks: p.int({ default: 1, min: 0, max: 9, doc: '!' }),
  },
  infer: ({ inputs }) => ({ text: inputs.text }),
  run: ({ inputs, params }) => ({ text: {
    kind: 'text',
    text: inputs.text.text.toUpperCase() + '!'.repeat(params.marks),
  } }),
  examples: [],
});
`;

/** How a person adds nodes of their own: what file to write, and how to name its folder. */
export function OwnNodes({ count, close }: { readonly count: number; readonly close: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    box.current?.focus();
  }, []);
  return (
    <div
      ref={box}
      role="dialog"
      aria-label="Nodes from a folder of yours"
      tabIndex={-1}
      className="own-nodes floating"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <header>
        <b>Nodes from a folder of yours</b>
        <button type="button" className="icon-button small" aria-label="Close" onClick={close}>
          <X size={12} aria-hidden="true" />
        </button>
      </header>
      <p>
        One .ts or .js file is one node; there is no build step. Name its folder when Tributary starts, and its nodes
        stand in the palette with the mark “own”. Code in that folder runs on this machine: name only folders that you
        trust.
      </p>
      <code className="own-well">tributary studio --nodes my-nodes</code>
      <div className="own-well">
        <pre>{example}</pre>
        <button
          type="button"
          className="icon-button small"
          aria-label="Copy the example"
          title="Copy the example"
          onClick={() => {
            void navigator.clipboard.writeText(example).then(() => setCopied(true));
          }}
        >
          {copied ? <Check size={12} aria-hidden="true" /> : <Copy size={12} aria-hidden="true" />}
        </button>
      </div>
      <p className="quiet" role="status">
        {copied
          ? 'Copied.'
          : count === 0
            ? 'None of your own is loaded now.'
            : `${count} of your own ${count === 1 ? 'is' : 'are'} loaded.`}
      </p>
    </div>
  );
}
