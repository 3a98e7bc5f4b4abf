import { Check, Copy, FileText } from 'lucide-react';
import { useMemo, useState } from 'react';
import { bytesText, countText } from '../preview/numbers.ts';
import { useExport } from './exportState.ts';

/** More lines are told by their number: a page of so many is slow, and nobody reads them. */
const mostLines = 4000;

/** Files in which a line that begins with # is a comment. */
const hashComments = /(\.(ya?ml|py|sh|tf|tfvars|toml|env|cfg|pbtxt|txt)|\.\w+ignore)$/;

/** The text of a file that would be written. */
export function FileViewer() {
  const shown = useExport((s) => s.shown);
  const lines = useMemo(() => shown?.text?.replace(/\n$/, '').split('\n') ?? null, [shown]);
  if (shown === null) return <section className="export-viewer" aria-label="File" />;
  const { path, text, bytes } = shown;
  const instructions = /(^|\/)Dockerfile$/.test(path);
  const hash = instructions || hashComments.test(path);
  return (
    <section className="export-viewer" aria-label={path}>
      <h3>
        <FileText size={14} aria-hidden="true" />
        <span className="export-viewer-name">{path}</span>
        <span className="quiet">
          {lines === null ? bytesText(bytes) : `${countText(lines.length, 'line')}, read only`}
        </span>
        {text !== null && <CopyText key={path} text={text} />}
      </h3>
      {lines === null ? (
        <p className="panel-nothing">{bytesText(bytes)} that are no text, or too many to be shown.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
        <ol tabIndex={0} aria-label={`Lines of ${path}`}>
          {lines.slice(0, mostLines).map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place.
            <li key={i}>
              <Line text={line} hash={hash} instructions={instructions} />
            </li>
          ))}
          {lines.length > mostLines && <li className="quiet">{countText(lines.length - mostLines, 'line')} more</li>}
        </ol>
      )}
    </section>
  );
}

/** Comments quiet, and what a Dockerfile does in bold: enough to find one's way. */
function Line({
  text,
  hash,
  instructions,
}: {
  readonly text: string;
  readonly hash: boolean;
  readonly instructions: boolean;
}) {
  if (text === '') return <code> </code>;
  if (hash && text.trimStart().startsWith('#')) return <code className="quiet">{text}</code>;
  const word = instructions ? (/^[A-Z]+(?= )/.exec(text)?.[0] ?? '') : '';
  return (
    <code>
      {word !== '' && <b>{word}</b>}
      {text.slice(word.length)}
    </code>
  );
}

export function CopyText({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) {
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  return (
    <button type="button" className="icon-button" aria-label={label} title={label} onClick={() => void copy()}>
      {done ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
    </button>
  );
}
