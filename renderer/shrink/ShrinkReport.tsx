import { Check, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ShrinkReport as Report, ShrinkAnswers, ShrinkLatency } from '../../core/onnx/shrink/report.ts';
import { tooFewRuns } from '../../core/profile/comparisonSentence.ts';
import { ForestBar } from '../profile/compare/ForestBar.tsx';
import { ratioAxis } from '../profile/compare/forest.ts';
import { VerdictWord } from '../profile/compare/VerdictWord.tsx';
import { changeText, msNumber } from '../profile/words.ts';
import { bytesText, countText } from '../shell/words.ts';
import { useStudio } from '../state/state.ts';
import { ModelReport } from './ModelReport.tsx';
import { methodWords } from './methodWords.ts';
import { smallerText, speedText, warningsOf } from './reportWords.ts';
import { applyShrunk, discardShrunk, keepShrunk } from './shrinking.ts';
import { type ShrinkResult, useShrink } from './shrinkState.ts';
import { WorstSample } from './WorstSample.tsx';

/** What shrinking came to: size, latency and answers first, then the worst sample, then model by model. */
export function ShrinkReport({ result }: { readonly result: ShrinkResult }) {
  const { report, samples } = result;
  const warnings = warningsOf(report);
  return (
    <>
      <div className="shrink-result">
        <div className="shrink-figures">
          <Size report={report} />
          {report.latency !== null && <Latency latency={report.latency} />}
          <Answers answers={report.answers} />
          {report.answers.quality !== null && <Quality quality={report.answers.quality} />}
        </div>
        {report.answers.worst !== null && <WorstSample worst={report.answers.worst} samples={samples} />}
        {warnings.length > 0 && (
          <ul className="shrink-warnings" aria-label="What to know before using it">
            {warnings.map((warning) => (
              <li key={warning}>
                <TriangleAlert size={14} aria-hidden="true" />
                <span>{warning}</span>
              </li>
            ))}
          </ul>
        )}
        {report.models.map((model) => (
          <ModelReport key={model.path} model={model} />
        ))}
      </div>
      <Decide result={result} />
    </>
  );
}

function Figure({
  name,
  figure,
  tone = '',
  children,
}: {
  readonly name: string;
  readonly figure: ReactNode;
  readonly tone?: 'good' | 'bad' | '';
  readonly children: ReactNode;
}) {
  return (
    <div className={`shrink-figure ${tone}`}>
      <span>{name}</span>
      <b>{figure}</b>
      <div>{children}</div>
    </div>
  );
}

function Size({ report: { bytesBefore, bytesAfter } }: { readonly report: Report }) {
  return (
    <Figure name="Size" figure={changeText(bytesAfter / bytesBefore)}>
      <p>
        {bytesText(bytesBefore)} → {bytesText(bytesAfter)}
      </p>
      <p className="quiet">
        {bytesAfter < bytesBefore ? smallerText(bytesBefore, bytesAfter) : 'the file is not smaller'}
      </p>
    </Figure>
  );
}

function Latency({ latency }: { readonly latency: ShrinkLatency }) {
  const { before, after, ratio, low, high, verdict } = latency;
  return (
    <Figure
      name="Latency end to end"
      figure={verdict === 'unsure' ? 'unsure' : verdict === 'same' ? 'as fast' : speedText(ratio)}
      tone={verdict === 'faster' ? 'good' : verdict === 'slower' ? 'bad' : ''}
    >
      <p>
        medians {msNumber(before)} → {msNumber(after)} ms <VerdictWord verdict={verdict} />
      </p>
      <ForestBar axis={ratioAxis([latency])} difference={{ ...latency, p: 0 }} />
      <p className="quiet">
        {tooFewRuns({ low, high })
          ? 'too few runs for an interval'
          : `95 %: ${speedText(Math.max(low, high))} to ${speedText(Math.min(low, high))}, in turns`}
      </p>
    </Figure>
  );
}

function Answers({ answers }: { readonly answers: ShrinkAnswers }) {
  const { identical, bestSame, samples, words } = answers;
  const lost = bestSame !== null && bestSame.same < bestSame.of;
  return (
    <Figure
      name={`Answers on ${countText(samples, 'sample')}`}
      figure={
        identical ? (
          <>
            <Check size={16} aria-hidden="true" />
            identical
          </>
        ) : bestSame === null ? (
          'changed'
        ) : (
          `${bestSame.same} of ${bestSame.of} same`
        )
      }
      tone={identical || (bestSame !== null && !lost) ? 'good' : lost ? 'bad' : ''}
    >
      {!identical && <p>{words}</p>}
    </Figure>
  );
}

function Quality({ quality }: { readonly quality: NonNullable<ShrinkAnswers['quality']> }) {
  const { what, samples, before, after } = quality;
  const points = 100 * (after - before);
  return (
    <Figure
      name={what === 'accuracy' ? 'Accuracy' : what}
      figure={`${(100 * after).toFixed(1)} %`}
      tone={points < -0.05 ? 'bad' : 'good'}
    >
      <p>
        was {(100 * before).toFixed(1)} %, {points < 0 ? '−' : '+'}
        {Math.abs(points).toFixed(1)} points
      </p>
      <p className="quiet">on {countText(samples, 'sample')} with known truth</p>
    </Figure>
  );
}

function Decide({ result: { standing, report, files } }: { readonly result: ShrinkResult }) {
  const deciding = useShrink((s) => s.deciding);
  const readOnly = useStudio((s) => s.session?.readOnly === true);
  const busy = deciding !== null;
  const where = files.map(({ path }) => path).join(', ');
  return (
    <footer className="shrink-foot">
      <p className="cut" title={where}>
        {standing === 'waiting' ? (
          <>
            {methodWords[report.to].title}: <span className="mono">{where}</span>
          </>
        ) : standing === 'applied' ? (
          <span className="okay">
            <Check size={12} aria-hidden="true" />
            Applied; undo takes it back
          </span>
        ) : (
          <span className="okay">
            <Check size={12} aria-hidden="true" />
            Kept: {where}
          </span>
        )}
      </p>
      {standing !== 'applied' && (
        <button type="button" className="button quiet-button" disabled={busy} onClick={() => void discardShrunk()}>
          Discard
        </button>
      )}
      {standing === 'waiting' && (
        <button type="button" className="button" disabled={busy} onClick={() => void keepShrunk()}>
          Keep the {files.length === 1 ? 'file' : 'files'} only
        </button>
      )}
      <button
        type="button"
        className="button primary"
        disabled={busy || readOnly}
        title={readOnly ? 'Open for reading only' : undefined}
        onClick={() => void applyShrunk()}
      >
        {deciding === 'apply' ? 'Applying…' : standing === 'applied' ? 'Apply again' : 'Apply'}
      </button>
    </footer>
  );
}
