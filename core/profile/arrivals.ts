/**
 * When requests are due, in milliseconds since the first could be: each call gives the next. `constant`: one every 1/rate
 * seconds. `poisson`: as if many clients who do not know of each other sent them; gaps are exponential.
 */
export function arrivalTimes(kind: 'constant' | 'poisson', perSecond: number, random: () => number): () => number {
  const gap = 1000 / perSecond;
  if (kind === 'constant') {
    let count = 0;
    // Multiplied, not added up: a small error in each gap would change the rate.
    return () => gap * count++;
  }
  let at = 0;
  return () => {
    at += -gap * Math.log(1 - random());
    return at;
  };
}
