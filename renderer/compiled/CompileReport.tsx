import { Check, Equal, FileCode2, FileJson2, TriangleAlert } from 'lucide-react';
import type { CompiledReport } from '../../core/studio/compilingCalls.ts';
import { baseName, splitPath } from '../shell/paths.ts';
import { bytesText, countText } from '../shell/words.ts';
import { PartNumber } from './CompiledHulls.tsx';

/** What was written, and how it compares with the nodes. */
export function CompileReport({ report }: { readonly report: CompiledReport }) {
  const { files, form, compared, examples, pipeline } = report;
  return (
    <section className="compile-report" aria-label="What was written">
      <ul className="compile-files">
        {files.map(({ path, bytes, sha256 }, at) => (
          <li key={path} title={`${path}\nsha256 ${sha256}`}>
            <PartNumber at={at} />
            <b className="mono">{baseName(path)}</b>
            <span className="quiet">
              {bytesText(bytes)}, {countText(form.parts[at]?.nodes.length ?? 0, 'node')}
            </span>
          </li>
        ))}
        {examples.map((path) => (
          <li key={path} title={path}>
            <FileCode2 size={14} aria-hidden="true" />
            <span className="mono">{baseName(path)}</span>
          </li>
        ))}
        {pipeline !== null && (
          <li title={pipeline}>
            <FileJson2 size={14} aria-hidden="true" />
            <span className="mono">{baseName(pipeline)}</span>
          </li>
        )}
      </ul>
      <p className="quiet mono cut" title={files[0]?.path}>
        {splitPath(files[0]?.path ?? '').folder}
      </p>
      {compared !== null && <Compared compared={compared} tolerance={report.tolerance} />}
    </section>
  );
}

function Compared({
  compared: { samples, outputs, refused },
  tolerance,
}: {
  readonly compared: NonNullable<CompiledReport['compared']>;
  readonly tolerance: number;
}) {
  return (
    <>
      <table className="verify-table">
        <caption>
          Against the nodes, on {countText(samples, 'sample')}; their operators allow {tolerance.toExponential(1)}
        </caption>
        <thead>
          <tr>
            <th scope="col">Output</th>
            <th scope="col">Largest difference</th>
            <th scope="col">Answers</th>
          </tr>
        </thead>
        <tbody>
          {outputs.map(({ output, identical, maxDifference, words }) => {
            const within = identical || (maxDifference !== null && maxDifference <= tolerance);
            const Sign = identical ? Equal : within ? Check : TriangleAlert;
            return (
              <tr key={output}>
                <th scope="row" className="mono">
                  {output}
                </th>
                <td>
                  <span className={within ? 'okay' : 'warned'}>
                    <Sign size={12} aria-hidden="true" />
                    {identical ? 'none, to the bit' : (maxDifference?.toExponential(2) ?? 'not in numbers')}
                  </span>
                </td>
                <td>{words}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {refused.map(({ sample, by, message }) => (
        <p key={`${sample} ${by}`} className="warned">
          <TriangleAlert size={12} aria-hidden="true" />
          {sample}: {by === 'plain' ? 'the nodes refuse' : 'the compiled form refuses'} it. {message}
        </p>
      ))}
    </>
  );
}
