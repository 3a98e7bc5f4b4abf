import { p } from './param.ts';

/** What an output does with NaN and infinity. */
export const nonFiniteParam = p.choice(['fail', 'allow'], {
  default: 'fail',
  doc: 'What to do with a result that holds NaN or infinity.',
  choiceDocs: ['The result is a problem that says how many there are.', 'It is given out as it is.'],
});
