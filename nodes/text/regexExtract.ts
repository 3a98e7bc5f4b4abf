import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { Problem } from '../../core/problems/problem.ts';
import { compileRegex, type RegexProgram } from '../kernels/regexProgram.ts';
import { matchAll } from '../kernels/regexRun.ts';
import { requireText } from '../kernels/utf8.ts';

/** The index of a group by number or name; null when the pattern has none such. */
function groupOf(program: RegexProgram, group: string): number | null {
  const named = Object.hasOwn(program.names, group) ? program.names[group] : -1;
  const index = /^\d+$/.test(group) ? Number(group) : named;
  return index >= 0 && index < program.groups ? index : null;
}

function groupFault(program: RegexProgram, group: string) {
  const names = Object.keys(program.names);
  return {
    message: `The pattern has no group "${group}".`,
    fix: `Use a number from 0 to ${program.groups - 1}${names.length > 0 ? ` or one of ${names.join(', ')}` : ''}.`,
    where: { param: 'group' },
  };
}

export const regexExtract = defineNode({
  type: 'text.regexExtract',
  version: 1,
  title: 'Extract by pattern',
  summary: 'Finds a regular expression in text and gives the first match and all matches.',
  keywords: ['regex', 'regexp', 'match', 'search', 'find', 'capture'],
  details:
    "JavaScript's syntax with Unicode, and its matches, without backreferences, look-around and repeats of what may be empty, such as (a*)*: what is left runs in time linear in the text for each match, so that no pattern and no text can make it hang.",
  inputs: { text: port.text({ doc: 'The text to search.' }) },
  outputs: {
    match: port.text({ doc: 'The chosen group of the first match.' }),
    matches: port.json({ doc: 'All matches: index (UTF-16 units), text, groups in order, named groups.' }),
  },
  params: {
    pattern: p.text({ default: '\\w+', maxLength: 2000, doc: 'The regular expression, without slashes around it.' }),
    group: p.text({ default: '0', maxLength: 64, doc: 'Number or name of the group to give; 0 is the whole match.' }),
    ignoreCase: p.boolean({ default: false, doc: 'Take capital and small letters as one.' }),
    multiline: p.boolean({ default: false, doc: 'Let ^ and $ also match at line ends.' }),
    dotAll: p.boolean({ default: false, doc: 'Let . also match line ends.' }),
    onNone: p.choice(['default', 'fail'], { default: 'default', doc: 'What happens when nothing matches.' }),
    default: p.text({ default: '', doc: 'The text to give when nothing matches, or the group took no part.' }),
    maxMatches: p.int({ default: 1000, min: 1, max: 100000, unit: 'matches', doc: 'Most matches to list.' }),
  },
  infer: ({ params, report }) => {
    try {
      const program = compileRegex(params.pattern, params);
      if (groupOf(program, params.group) === null) report('param-invalid', groupFault(program, params.group));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      report(error.data.code, error.data);
    }
    return { match: anyType.text, matches: anyType.json };
  },
  run: ({ inputs, params, host }) => {
    requireText(inputs.text.text, 'The text', host.limits.textCharacters);
    const program = compileRegex(params.pattern, params);
    const group = groupOf(program, params.group);
    if (group === null) throw new Problem('param-invalid', groupFault(program, params.group));
    const found = matchAll(program, inputs.text.text, params.maxMatches);
    if (found.length === 0 && params.onNone === 'fail')
      throw new Problem('value-invalid', {
        message: `Nothing in the text of ${inputs.text.text.length} characters matches ${params.pattern}.`,
        fix: 'Check the pattern against the text, or give a default.',
      });
    const json = found.map(({ index, groups }) => ({
      index,
      text: groups[0],
      groups: groups.slice(1),
      named: Object.fromEntries(Object.entries(program.names).map(([name, i]) => [name, groups[i]])),
    }));
    return {
      match: { kind: 'text', text: found[0]?.groups[group] ?? params.default },
      matches: { kind: 'json', json },
    };
  },
  examples: [
    {
      title: 'The year of a date',
      params: { pattern: '(?<year>\\d{4})-(\\d\\d)', group: 'year' },
      inputs: { text: { kind: 'text', text: 'from 2025-11 to 2026-02' } },
      outputs: {
        match: { kind: 'text', text: '2025' },
        matches: {
          kind: 'json',
          json: [
            { index: 5, text: '2025-11', groups: ['2025', '11'], named: { year: '2025' } },
            { index: 16, text: '2026-02', groups: ['2026', '02'], named: { year: '2026' } },
          ],
        },
      },
    },
  ],
});
